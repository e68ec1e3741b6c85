import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.Certificate;
import java.util.*;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes a matrix of keystores, format by algorithm by entries by password, in the folder given; of every so many, the third
 * argument, one. Keys and certificates come from the stores in the second folder, testdata/stores. Prints a line for each: file, type, provider, then store and key
 * password as hex of UTF-8. What Java refuses to write is left out.
 */
public final class Generate {
    private static final String EMPTY = "";
    private static final String ASCII = "changeit";
    private static final String UNICODE = "p\u00e4ssw\u00f6rd\u20ac\ud83d\ude00";
    private static final String LONG = "7".repeat(1000);

    private static final Map<String, KeyStore.PrivateKeyEntry> KEYS = new LinkedHashMap<>();
    private static final List<Certificate> CERTS = new ArrayList<>();

    private static Path out;
    private static int made;
    private static int every;
    private static int asked;

    public static void main(String[] args) throws Exception {
        out = Path.of(args[0]);
        every = Integer.parseInt(args[2]);
        load(Path.of(args[1]));
        // Added only now and only last: the JDK's own classes must make its own formats.
        Security.addProvider((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
                .getDeclaredConstructor().newInstance());
        for (String entries : List.of("empty", "rsa", "ec", "dsa", "cert", "certs", "chain", "two", "mixed", "secret", "names")) {
            for (String password : List.of(ASCII, EMPTY, UNICODE, LONG)) {
                for (String type : List.of("JKS", "JCEKS", "PKCS12")) {
                    store(type, "", entries, password, type.toLowerCase(Locale.ROOT));
                }
                for (String type : List.of("BKS", "BKS-V1", "UBER", "BCFKS")) {
                    store(type, "BC", entries, password, type.toLowerCase(Locale.ROOT));
                }
            }
            for (String type : List.of("PKCS12", "PKCS12-3DES-3DES", "PKCS12-3DES-40RC2")) {
                for (String password : List.of(ASCII, UNICODE)) { // the JDK writes none with the second, and opens none
                    store(type, "BC", entries, password, "bc-" + type.toLowerCase(Locale.ROOT));
                }
            }
        }
        algorithms();
        bcfks();
    }

    /** Every algorithm that the JDK writes PKCS12 with, each with a MAC of another digest. */
    private static void algorithms() {
        List<String> algorithms = new ArrayList<>(List.of("NONE", "PBEWithSHA1AndDESede", "PBEWithSHA1AndRC2_40",
                "PBEWithSHA1AndRC2_128", "PBEWithSHA1AndRC4_40", "PBEWithSHA1AndRC4_128", "PBEWithMD5AndDES"));
        for (String hash : List.of("1", "224", "256", "384", "512")) {
            algorithms.add("PBEWithHmacSHA" + hash + "AndAES_128");
            algorithms.add("PBEWithHmacSHA" + hash + "AndAES_256");
        }
        List<String> macs = List.of("HmacPBESHA1", "HmacPBESHA224", "HmacPBESHA256", "HmacPBESHA384", "HmacPBESHA512",
                "HmacPBESHA512/224", "HmacPBESHA512/256", "NONE");
        int n = 0;
        for (String algorithm : algorithms) {
            for (String entries : List.of("ec", "certs", "mixed", "secret")) {
                System.setProperty("keystore.pkcs12.certProtectionAlgorithm", algorithm);
                if (!algorithm.equals("NONE")) {
                    System.setProperty("keystore.pkcs12.keyProtectionAlgorithm", algorithm);
                }
                System.setProperty("keystore.pkcs12.macAlgorithm", macs.get(n++ % macs.size()));
                for (String count : List.of("certPbe", "keyPbe", "mac")) {
                    System.setProperty("keystore.pkcs12." + count + "IterationCount", String.valueOf(1 + n * 7));
                }
                for (String password : List.of(ASCII, EMPTY)) {
                    store("PKCS12", "", entries, password, "pkcs12-" + algorithm);
                }
            }
        }
    }

    /** BCFKS with scrypt, with key wrap, with SHA-3, by the parameters that BouncyCastle has for it. */
    private static void bcfks() throws Exception {
        for (String variant : List.of("scrypt", "kwp", "sha3", "scrypt-kwp")) {
            for (String entries : List.of("empty", "rsa", "certs", "chain", "mixed")) {
                for (String password : List.of(ASCII, UNICODE)) {
                    if (left()) {
                        continue;
                    }
                    try {
                        KeyStore store = fill("BCFKS", "BC", entries, password);
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        store.store(parameters(bytes, variant, password));
                        write("bcfks-" + variant, "BCFKS", "BC", entries, password, bytes.toByteArray());
                    } catch (Exception e) {
                        System.err.println("bcfks " + variant + " " + entries + ": " + e);
                    }
                }
            }
        }
    }

    private static KeyStore.LoadStoreParameter parameters(OutputStream to, String variant, String password) throws Exception {
        var builder = new org.bouncycastle.jcajce.BCFKSLoadStoreParameter.Builder(to, password.toCharArray());
        if (variant.contains("scrypt")) {
            builder.withStorePBKDFConfig(new org.bouncycastle.crypto.util.ScryptConfig.Builder(1024, 8, 1).withSaltLength(20).build());
        } else {
            builder.withStorePBKDFConfig(new org.bouncycastle.crypto.util.PBKDF2Config.Builder().withIterationCount(2000)
                    .withSaltLength(20).withPRF(variant.equals("sha3")
                            ? org.bouncycastle.crypto.util.PBKDF2Config.PRF_SHA3_512
                            : org.bouncycastle.crypto.util.PBKDF2Config.PRF_SHA512).build());
        }
        if (variant.contains("kwp")) {
            builder.withStoreEncryptionAlgorithm(org.bouncycastle.jcajce.BCFKSLoadStoreParameter.EncryptionAlgorithm.AES256_KWP);
        }
        if (variant.equals("sha3")) {
            builder.withStoreMacAlgorithm(org.bouncycastle.jcajce.BCFKSLoadStoreParameter.MacAlgorithm.HmacSHA3_512);
        }
        return builder.build();
    }

    private static void load(Path stores) throws Exception {
        for (String name : List.of("ossl-rsa.p12", "ossl-chain.p12", "ossl-dsa.p12")) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(stores.resolve(name))) {
                store.load(in, ASCII.toCharArray());
            }
            String alias = store.aliases().nextElement();
            KEYS.put(name.substring(5, name.length() - 4), (KeyStore.PrivateKeyEntry) store.getEntry(alias,
                    new KeyStore.PasswordProtection(ASCII.toCharArray())));
        }
        KeyStore mixed = KeyStore.getInstance("JKS");
        try (InputStream in = Files.newInputStream(stores.resolve("jks-mixed.jks"))) {
            mixed.load(in, "storepass".toCharArray());
        }
        for (String alias : new TreeSet<>(Collections.list(mixed.aliases()))) {
            CERTS.add(mixed.getCertificate(alias));
        }
    }

    private static void store(String type, String provider, String entries, String password, String prefix) {
        if (left()) {
            return;
        }
        try {
            KeyStore store = fill(type, provider, entries, password);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password.toCharArray());
            write(prefix, type, provider, entries, password, bytes.toByteArray());
        } catch (Exception e) {
            // Java writes no such store.
        }
    }

    /** Whether the next store is left out: of every so many one is made. */
    private static boolean left() {
        return asked++ % every != 0;
    }

    private static KeyStore fill(String type, String provider, String entries, String password) throws Exception {
        KeyStore store = provider.isEmpty() ? KeyStore.getInstance(type) : KeyStore.getInstance(type, provider);
        store.load(null, null);
        char[] p = password.toCharArray();
        switch (entries) {
            case "rsa": key(store, "Server", "rsa", 1, p); break;
            case "ec": key(store, "server", "chain", 1, p); break;
            case "dsa": key(store, "server", "dsa", 1, p); break;
            case "chain": key(store, "server", "chain", 3, p); break;
            case "cert": store.setCertificateEntry("anchor", CERTS.get(0)); break;
            case "certs": certs(store); break;
            case "two": key(store, "a", "rsa", 1, p); key(store, "b", "chain", 3, p); break;
            case "mixed": key(store, "a", "chain", 3, p); certs(store); secret(store, p); break;
            case "secret": secret(store, p); break;
            case "names":
                store.setCertificateEntry("\u00dcBER \u03a3\u0391\u03a3 \u0130", CERTS.get(0));
                key(store, "\ud83d\ude00\u0000x", "rsa", 1, p);
                store.setCertificateEntry("", CERTS.get(1));
                break;
            default:
        }
        return store;
    }

    private static void certs(KeyStore store) throws Exception {
        for (int i = 0; i < CERTS.size(); i++) {
            store.setCertificateEntry("anchor" + i, CERTS.get(i));
        }
    }

    private static void key(KeyStore store, String alias, String name, int chain, char[] p) throws Exception {
        KeyStore.PrivateKeyEntry e = KEYS.get(name);
        store.setKeyEntry(alias, e.getPrivateKey(), p, Arrays.copyOf(e.getCertificateChain(), chain));
    }

    private static void secret(KeyStore store, char[] p) throws Exception {
        if (!store.getType().equals("JKS")) { // which holds none
            store.setKeyEntry("aes", new SecretKeySpec(new byte[32], "AES"), p, null);
            // BCFKS writes HMAC keys that it can't read.
            String second = store.getType().equals("BCFKS") ? "DESede" : "HmacSHA1";
            store.setKeyEntry("second", new SecretKeySpec(new byte[24], second), p, null);
        }
    }

    private static void write(String prefix, String type, String provider, String entries, String password, byte[] bytes) throws Exception {
        String kind = password.isEmpty() ? "empty" : password.length() > 500 ? "long" : password.equals(ASCII) ? "ascii" : "unicode";
        String name = (++made) + "-" + prefix.replace('/', '-') + "-" + entries + "-" + kind;
        Files.write(out.resolve(name), bytes);
        String hex = HexFormat.of().formatHex(password.getBytes(StandardCharsets.UTF_8));
        System.out.println(String.join("\t", name, hex, hex));
    }
}
