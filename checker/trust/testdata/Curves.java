import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** Answers for each curve whether the JDK can make a key on it. */
public class Curves {
    public static void main(String[] names) {
        for (String name : names) {
            try {
                KeyPairGenerator g = KeyPairGenerator.getInstance("EC");
                g.initialize(new ECGenParameterSpec(name));
                g.generateKeyPair();
                System.out.println("yes");
            } catch (Exception e) {
                System.out.println("no");
            }
        }
    }
}
