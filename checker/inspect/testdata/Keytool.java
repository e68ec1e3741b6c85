import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Runs `keytool -list -v` many times in one JVM. A request is a line: the file's path and the password, both as hex of UTF-8,
 * with a space between. The answer is a byte (1: it opened), the length of keytool's output, and that output in UTF-8.
 */
public final class Keytool {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        DataOutputStream out = new DataOutputStream(System.out);
        String line;
        while ((line = in.readLine()) != null) {
            String[] f = line.split(" ", -1);
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(System.out);
            boolean opened = true;
            try {
                // With -debug keytool throws where it would end the process.
                sun.security.tools.keytool.Main.main(new String[] {
                    "-list", "-v", "-debug", "-keystore", text(f[0]), "-storepass", text(f[1])});
            } catch (Throwable e) {
                opened = false;
            }
            System.out.flush();
            out.writeByte(opened ? 1 : 0);
            out.writeInt(said.size());
            said.writeTo(out);
            out.flush();
        }
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
}
