import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts texts as the product's cipher tool does (org.wso2.ciphertool.cipher): for each TYPE FILE PASSWORD ALIAS ALGORITHM TEXT
 * it prints the text in Base64. With AES:BITS it first makes the store, with a key of its own.
 */
public class Sealer {
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < args.length; i += 6) {
            System.out.println(seal(args[i], args[i + 1], args[i + 2].toCharArray(), args[i + 3], args[i + 4], args[i + 5]));
        }
    }

    static String seal(String type, String file, char[] password, String alias, String algorithm, String text) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        if (!algorithm.startsWith("AES")) {
            try (FileInputStream in = new FileInputStream(file)) {
                store.load(in, password);
            }
            return rsa(store, alias, algorithm, text);
        }
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(Integer.parseInt(algorithm.substring(algorithm.indexOf(':') + 1)));
        store.load(null, password);
        store.setKeyEntry(alias, generator.generateKey(), password, null);
        try (FileOutputStream out = new FileOutputStream(file)) {
            store.store(out, password);
        }
        return gcm(store.getKey(alias, password), text);
    }

    static String rsa(KeyStore store, String alias, String algorithm, String text) throws Exception {
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, store.getCertificate(alias));
        return base64(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** SymmetricCipher: an initialisation vector of 128 bytes, and Gson's JSON, which escapes "=". */
    static String gcm(Key key, String text) throws Exception {
        byte[] iv = new byte[128];
        new SecureRandom().nextBytes(iv);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
        String sealed = base64(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        String json = "{\"cipherText\":\"" + sealed + "\",\"iv\":\"" + base64(iv) + "\"}";
        return base64(json.replace("=", "\\u003d").getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
