package dev.weir.worker.samples;

import dev.weir.core.json.Json;
import dev.weir.worker.data.Random64;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Generates the customer-service set from its patterns: the same bytes each time. Run with a folder
 * to write {@code customer-service.jsonl} and {@code customer-service.answers.json} there.
 */
public final class CustomerService {

  /** Rows of one phrasing, where its slots and openings make that many different ones. */
  static final int VARIANTS = 3;

  private static final long SEED = 20261101;

  private static final Map<String, Map<String, List<String>>> SLOTS =
      Map.of(
          "zh",
              Map.of(
                  "item", List.of("耳机", "电饭煲", "跑步鞋", "行李箱", "台灯", "羽绒服", "键盘", "咖啡机"),
                  "city", List.of("上海", "成都", "广州", "西安", "哈尔滨", "昆明"),
                  "no", List.of("20261103", "A7719", "88412", "W305571"),
                  "days", List.of("三", "五", "两", "十"),
                  "money", List.of("20", "58", "199", "300")),
          "en",
              Map.of(
                  "item", List.of("headset", "rice cooker", "suitcase", "desk lamp", "keyboard"),
                  "city", List.of("Berlin", "Chicago", "Leeds", "Toronto", "Sydney"),
                  "no", List.of("20261103", "A7719", "88412", "W305571"),
                  "days", List.of("three", "five", "two", "ten"),
                  "money", List.of("20", "58", "199", "300")));

  private static final Map<String, List<String>> OPENINGS =
      Map.of(
          "zh", List.of("", "你好，", "请问，", "麻烦问下，", "在吗？"),
          "en", List.of("", "Hi, ", "Hello, ", "Quick question: ", "Excuse me, "));

  private static final Map<String, List<String>> ENDINGS =
      Map.of("zh", List.of("", "", "？", "，谢谢"), "en", List.of("", "", " Thanks.", " Please help."));

  private final Random64 random = new Random64(SEED);
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Map<String, String>> answers = new TreeMap<>();

  private CustomerService() {}

  /** One question. */
  record Row(String text, String intent, String lang, String pattern) {}

  /** The two files. */
  record Generated(String questions, String answers) {}

  public static void main(String[] args) throws IOException {
    Generated files = generate();
    Path folder = Path.of(args[0]);
    Files.writeString(folder.resolve("customer-service.jsonl"), files.questions());
    Files.writeString(folder.resolve("customer-service.answers.json"), files.answers());
  }

  static Generated generate() throws IOException {
    CustomerService set = new CustomerService();
    try (InputStream in =
            CustomerService.class.getResourceAsStream("customer-service.patterns.txt");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      set.read(reader);
    }
    StringBuilder questions = new StringBuilder();
    for (Row row : set.rows) {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("text", row.text());
      fields.put("intent", row.intent());
      fields.put("lang", row.lang());
      fields.put("pattern", row.pattern());
      questions.append(Json.write(fields)).append('\n');
    }
    String answers =
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(set.answers) + "\n";
    return new Generated(questions.toString(), answers);
  }

  private void read(BufferedReader reader) throws IOException {
    String intent = "";
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("@ ")) {
        intent = line.substring(2);
        number = 0;
      } else if (line.startsWith("A ")) {
        answers
            .computeIfAbsent(intent, _ -> new TreeMap<>())
            .put(line.substring(2, 4), line.substring(5));
      } else if (!line.startsWith("#")) {
        number++;
        expand(line.substring(3), intent, line.substring(0, 2), intent + "-" + number);
      }
    }
  }

  private void expand(String phrasing, String intent, String language, String pattern) {
    Set<String> texts = new LinkedHashSet<>();
    texts.add(filled(phrasing, language));
    // A phrasing without slots may draw the same row again: that many tries, then fewer rows.
    for (int i = 0; i < 4 * VARIANTS && texts.size() < VARIANTS; i++) {
      String opening = one(OPENINGS, language);
      String text = filled(phrasing, language);
      if (!opening.isEmpty() && language.equals("en") && !text.startsWith("I")) {
        text = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
      }
      texts.add(opening + text + ending(text, language));
    }
    texts.forEach(text -> rows.add(new Row(text, intent, language, pattern)));
  }

  private String ending(String text, String language) {
    String ending = one(ENDINGS, language);
    boolean closed = text.endsWith("?") || text.endsWith("？");
    return ending.startsWith(" ") && !closed ? "." + ending : ending;
  }

  private String filled(String phrasing, String language) {
    String text = phrasing;
    for (String slot : List.of("item", "city", "no", "days", "money")) {
      String place = "{" + slot + "}";
      if (text.contains(place)) {
        text = text.replace(place, one(SLOTS.getOrDefault(language, Map.of()), slot));
      }
    }
    return text;
  }

  private String one(Map<String, List<String>> choices, String key) {
    List<String> values = choices.getOrDefault(key, List.of(""));
    return values.get(random.below(values.size()));
  }
}
