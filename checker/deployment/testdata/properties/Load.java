import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.TreeSet;

/** Load FILE… prints what java.util.Properties reads in each: a line with the texts in Base64, sorted by key. */
public class Load {
    public static void main(String[] args) throws Exception {
        for (String file : args) {
            Properties p = new Properties();
            StringBuilder line = new StringBuilder("|");
            try (FileInputStream in = new FileInputStream(file)) {
                p.load(in);
                p.remove(""); // no setting has that name
                for (String key : new TreeSet<>(p.stringPropertyNames())) {
                    line.append(base64(key)).append('=').append(base64(p.getProperty(key))).append('|');
                }
            } catch (IllegalArgumentException e) {
                line.append("refused");
            }
            System.out.println(line);
        }
    }

    static String base64(String s) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(s.getBytes(StandardCharsets.UTF_8));
    }
}
