package org.wso2.config.mapper;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.wso2.config.mapper.model.Context;

/**
 * Puts questions to the product's own config mapper, whose classes are visible inside this package only. A question is a line:
 * the folder of the installation's JSON files, and a deployment.toml in Base64. The answer is a line of JSON: {"toml": reason} where the
 * file does not parse, {"start": reason} where a later step stops the start, else {"values": {flat key: value}}.
 */
public class Oracle {
    private static final Gson gson = new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    public static void main(String[] args) throws Exception {
        Path file = Paths.get(args[0], "deployment.toml");
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line; (line = in.readLine()) != null; ) {
            String[] words = line.split(" ", 2);
            Files.write(file, Base64.getDecoder().decode(words[1]));
            out.println(gson.toJson(answer(file, words[0])));
        }
    }

    /** Empties the one table that all "{}" of a process share, as a start of the product finds it. */
    private static void fresh() throws ReflectiveOperationException {
        Class<?> table = Class.forName("net.consensys.cava.toml.MutableTomlTable");
        Field empty = table.getDeclaredField("EMPTY");
        empty.setAccessible(true);
        Field properties = table.getDeclaredField("properties");
        properties.setAccessible(true);
        ((Map<?, ?>) properties.get(empty.get(null))).clear();
        Field implicit = table.getDeclaredField("implicitlyDefined");
        implicit.setAccessible(true);
        implicit.setBoolean(empty.get(null), true);
    }

    private static Map<String, Object> answer(Path file, String resources) {
        Map<String, Object> answer = new LinkedHashMap<>();
        ConfigParser.ConfigPaths.setPaths(file.toString(), resources, resources);
        try {
            fresh();
            net.consensys.cava.toml.TomlParseResult result = net.consensys.cava.toml.Toml.parse(file);
            if (result.hasErrors()) {
                answer.put("toml", result.errors().toString());
                return answer;
            }
        } catch (Throwable e) {
            answer.put("toml", e.toString());
            return answer;
        }
        try {
            fresh();
            Context context = new Context();
            ConfigParser.parse(false, context);
            Map<String, Object> values = new TreeMap<>();
            context.getTemplateData().forEach((key, value) -> values.put(key, describe(value)));
            answer.put("values", values);
        } catch (Throwable e) {
            answer.put("start", e.toString());
            if (System.getenv("TRACE") != null) e.printStackTrace();
        }
        return answer;
    }

    private static Object describe(Object value) {
        if (value instanceof Map) {
            Map<String, Object> all = new TreeMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> all.put(String.valueOf(k), describe(v)));
            return all;
        }
        if (value instanceof List) {
            List<Object> all = new ArrayList<>();
            ((List<?>) value).forEach(v -> all.add(describe(v)));
            return all;
        }
        return value == null || value instanceof Boolean ? value : value.toString();
    }
}
