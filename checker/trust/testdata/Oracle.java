import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Says what the JDK's own X509TrustManager makes of a chain. A request is a line of words: "C" and a certificate (a
 * certificate entry of the truststore), "K" and a certificate (the leaf of a private-key entry), "P" and a certificate (the
 * next one of the presented chain), all in Base64; "A" and a key exchange (else "UNKNOWN", which is TLS 1.3's). The answer is a line: "trusted" or "untrusted" and the exception's text.
 * "N" with two certificates asks whether the subject of the first equals the issuer of the second.
 */
public final class Oracle {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        Key key = generator.generateKeyPair().getPrivate();
        String line;
        while ((line = in.readLine()) != null) {
            out.println(answer(line.split(" "), factory, key));
            out.flush();
        }
    }

    private static String answer(String[] words, CertificateFactory factory, Key key) {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            List<X509Certificate> chain = new ArrayList<>();
            String exchange = "UNKNOWN";
            for (int i = 0; i + 1 < words.length; i += 2) {
                if (words[i].equals("A")) {
                    exchange = words[i + 1];
                    continue;
                }
                byte[] der = Base64.getDecoder().decode(words[i + 1]);
                X509Certificate c = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
                switch (words[i]) {
                    case "C" -> store.setCertificateEntry("a" + i, c);
                    case "K" -> store.setKeyEntry("a" + i, key, "password".toCharArray(), new Certificate[] {c});
                    default -> chain.add(c);
                }
            }
            if (words[0].equals("N")) {
                boolean equal = chain.get(0).getSubjectX500Principal().equals(chain.get(1).getIssuerX500Principal());
                return equal ? "trusted" : "untrusted";
            }
            TrustManagerFactory tmf = TrustManagerFactory.getInstance("PKIX");
            tmf.init(store);
            for (TrustManager tm : tmf.getTrustManagers()) {
                if (tm instanceof X509TrustManager x) {
                    x.checkServerTrusted(chain.toArray(new X509Certificate[0]), exchange);
                    return "trusted";
                }
            }
            return "untrusted no X509TrustManager";
        } catch (Exception e) {
            return "untrusted " + e.toString().replace('\n', ' ').replace('\r', ' ');
        }
    }
}
