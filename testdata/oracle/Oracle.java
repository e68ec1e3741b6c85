import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.*;

/**
 * Says what java.security.KeyStore makes of files. One request a line on standard input, fields separated by tabs:
 * type, provider (empty: the default), where (a path, or "base64:" and the bytes), store password, key passwords.
 * Passwords are hex of UTF-8; "-" stands for null. One answer a line: JSON.
 */
public final class Oracle {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line; (line = in.readLine()) != null; ) {
            String[] f = line.split("\t", -1);
            StringBuilder answer = new StringBuilder();
            try {
                list(f, answer);
            } catch (Throwable t) {
                answer.setLength(0);
                answer.append("{\"error\":").append(quote(String.valueOf(t))).append('}');
            }
            out.println(answer);
        }
    }

    private static void list(String[] f, StringBuilder out) throws Exception {
        byte[] data = f[2].startsWith("base64:")
                ? Base64.getDecoder().decode(f[2].substring(7))
                : Files.readAllBytes(Path.of(f[2]));
        // Only for its own formats: registered, it opens PKCS12 files that the JDK alone refuses.
        Security.removeProvider("BC");
        if (f[1].equals("BC")) {
            Security.addProvider((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
                    .getDeclaredConstructor().newInstance());
        }
        KeyStore store = f[1].isEmpty() ? KeyStore.getInstance(f[0]) : KeyStore.getInstance(f[0], f[1]);
        store.load(new ByteArrayInputStream(data), password(f[3]));
        out.append("{\"entries\":[");
        boolean first = true;
        for (String alias : Collections.list(store.aliases())) {
            out.append(first ? "" : ",");
            first = false;
            entry(store, alias, Arrays.copyOfRange(f, 4, f.length), out);
        }
        out.append("]}");
    }

    private static void entry(KeyStore store, String alias, String[] passwords, StringBuilder out) throws Exception {
        Certificate[] chain = null;
        String kind = "none"; // JKS lists an alias with capitals but never finds it
        if (store.isCertificateEntry(alias)) {
            kind = "certificate";
            chain = new Certificate[] {store.getCertificate(alias)};
        } else if (store.isKeyEntry(alias)) {
            chain = store.getCertificateChain(alias);
            kind = "key";
        }
        out.append("{\"alias\":").append(quote(alias)).append(",\"kind\":").append(quote(kind));
        Date created = store.getCreationDate(alias);
        if (created != null) {
            out.append(",\"created\":").append(created.getTime());
        }
        out.append(",\"chain\":[");
        for (int i = 0; chain != null && i < chain.length; i++) {
            out.append(i > 0 ? "," : "");
            certificate(chain[i], out);
        }
        out.append("],\"keys\":[");
        for (int i = 0; i < passwords.length && kind.equals("key"); i++) {
            out.append(i > 0 ? "," : "");
            try {
                Key key = store.getKey(alias, password(passwords[i]));
                out.append("{\"format\":").append(quote(String.valueOf(key.getFormat())))
                   .append(",\"algorithm\":").append(quote(key.getAlgorithm()))
                   .append(",\"sha256\":").append(quote(key.getEncoded() == null ? "" : sha256(key.getEncoded()))).append('}');
            } catch (Throwable t) {
                out.append("{\"error\":").append(quote(String.valueOf(t))).append('}');
            }
        }
        out.append("]}");
    }

    private static void certificate(Certificate c, StringBuilder out) throws Exception {
        out.append("{\"sha256\":").append(quote(sha256(c.getEncoded())));
        if (c instanceof X509Certificate) {
            X509Certificate x = (X509Certificate) c;
            out.append(",\"subject\":").append(quote(x.getSubjectX500Principal().toString()))
               .append(",\"issuer\":").append(quote(x.getIssuerX500Principal().toString()))
               .append(",\"serial\":").append(quote(x.getSerialNumber().toString(16)))
               .append(",\"notBefore\":").append(x.getNotBefore().getTime())
               .append(",\"notAfter\":").append(x.getNotAfter().getTime())
               .append(",\"sigAlg\":").append(quote(x.getSigAlgName()))
               .append(",\"keyAlg\":").append(quote(x.getPublicKey().getAlgorithm()))
               .append(",\"version\":").append(x.getVersion())
               .append(",\"ca\":").append(x.getBasicConstraints())
               .append(",\"usage\":").append(Arrays.toString(x.getKeyUsage() == null ? new boolean[0] : x.getKeyUsage()));
        }
        out.append('}');
    }

    private static char[] password(String hex) {
        if (hex.equals("-")) {
            return null;
        }
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8).toCharArray();
    }

    private static String sha256(byte[] b) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(b));
    }

    private static String quote(String s) {
        StringBuilder b = new StringBuilder("\"");
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
                b.append(String.format("\\u%04x", (int) c));
            } else {
                b.append(c);
            }
        }
        return b.append('"').toString();
    }
}
