import java.io.*;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.Base64;
import javax.net.ssl.*;
import org.apache.http.conn.ssl.BrowserCompatHostnameVerifier;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;

/**
 * Answers for each line "certificate host plain" (all Base64) who takes the certificate for the host, as three words, "yes" or "no":
 * the JDK's trust manager with endpoint identification "HTTPS" (the certificate is its own anchor, so that only the name decides),
 * Apache's DefaultHostnameVerifier, and Apache's older verifier in the form that the product's own senders have. The JDK is asked
 * for the host as it is written, Apache for the plain form of it, since it brings a name into no other form.
 */
public class Host {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        DefaultHostnameVerifier apache = new DefaultHostnameVerifier();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (String line; (line = in.readLine()) != null; ) {
            String[] words = line.split(" ", 3);
            byte[] der = Base64.getDecoder().decode(words[0]);
            String host = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
            String plain = new String(Base64.getDecoder().decode(words[2]), StandardCharsets.UTF_8);
            X509Certificate cert = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            store.setCertificateEntry("anchor", cert);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            X509ExtendedTrustManager manager = (X509ExtendedTrustManager) trust.getTrustManagers()[0];
            System.out.println(says(() -> manager.checkServerTrusted(new X509Certificate[] {cert}, "UNKNOWN", new Engine(host))) + " "
                + says(() -> apache.verify(plain, cert)) + " " + says(() -> BrowserCompatHostnameVerifier.INSTANCE.verify(plain, cert)));
        }
    }

    interface Question {
        void ask() throws Exception;
    }

    static String says(Question q) throws Exception {
        try {
            q.ask();
            return "yes";
        } catch (CertificateException | SSLException e) {
            return "no";
        }
    }

    /** An engine in the middle of a handshake with a host. */
    static class Engine extends SSLEngine {
        private final String host;

        Engine(String host) {
            this.host = host;
        }

        @Override public SSLSession getHandshakeSession() {
            return (SSLSession) Proxy.newProxyInstance(Host.class.getClassLoader(), new Class<?>[] {SSLSession.class}, (proxy, method, arguments) ->
                switch (method.getName()) {
                    case "getPeerHost" -> host;
                    case "getProtocol" -> "TLSv1.2";
                    case "getCipherSuite" -> "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
                    case "getPeerPort" -> 443;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        }

        @Override public SSLParameters getSSLParameters() {
            SSLParameters p = new SSLParameters();
            p.setEndpointIdentificationAlgorithm("HTTPS");
            return p;
        }

        @Override public SSLEngineResult wrap(ByteBuffer[] a, int b, int c, ByteBuffer d) { throw new UnsupportedOperationException(); }
        @Override public SSLEngineResult unwrap(ByteBuffer a, ByteBuffer[] b, int c, int d) { throw new UnsupportedOperationException(); }
        @Override public Runnable getDelegatedTask() { return null; }
        @Override public void closeInbound() { }
        @Override public boolean isInboundDone() { return false; }
        @Override public void closeOutbound() { }
        @Override public boolean isOutboundDone() { return false; }
        @Override public String[] getSupportedCipherSuites() { return new String[0]; }
        @Override public String[] getEnabledCipherSuites() { return new String[0]; }
        @Override public void setEnabledCipherSuites(String[] s) { }
        @Override public String[] getSupportedProtocols() { return new String[0]; }
        @Override public String[] getEnabledProtocols() { return new String[0]; }
        @Override public void setEnabledProtocols(String[] p) { }
        @Override public SSLSession getSession() { return getHandshakeSession(); }
        @Override public void beginHandshake() { }
        @Override public SSLEngineResult.HandshakeStatus getHandshakeStatus() { return SSLEngineResult.HandshakeStatus.NEED_TASK; }
        @Override public void setUseClientMode(boolean m) { }
        @Override public boolean getUseClientMode() { return true; }
        @Override public void setNeedClientAuth(boolean n) { }
        @Override public boolean getNeedClientAuth() { return false; }
        @Override public void setWantClientAuth(boolean w) { }
        @Override public boolean getWantClientAuth() { return false; }
        @Override public void setEnableSessionCreation(boolean f) { }
        @Override public boolean getEnableSessionCreation() { return false; }
    }
}
