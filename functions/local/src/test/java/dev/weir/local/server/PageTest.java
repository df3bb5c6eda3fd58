package dev.weir.local.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.core.meter.Incident;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {

  private static final List<String> FILES =
      List.of("/", "/page/style.css", "/page/words.js", "/page/chart.js", "/page/app.js");

  private final Page page = new Page();

  private Answer get(String path) throws IOException {
    return page.handle(
            new Request("GET", path, "", Map.of(), "127.0.0.1", InputStream.nullInputStream()))
        .orElseThrow(() -> new AssertionError("nothing at " + path));
  }

  private String text(String path) throws IOException {
    return new String(((Answer.Bytes) get(path).body()).bytes(), UTF_8);
  }

  @Test
  void filesComeWithAPolicyThatAllowsNothingInline() throws IOException {
    for (String path : FILES) {
      String policy = get(path).headers().get("content-security-policy").getFirst();
      assertTrue(policy.contains("default-src 'none'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
    }
  }

  @Test
  void strangersWordsAreNeverMarkup() throws IOException {
    for (String path : FILES) {
      assertFalse(
          Pattern.compile("innerHTML|outerHTML|insertAdjacent|document\\.write|eval\\(")
              .matcher(text(path))
              .find(),
          path);
    }
  }

  @Test
  void pageFetchesNothingFromElsewhere() throws IOException {
    for (String path : FILES) {
      String text = text(path).replace("http://www.w3.org/2000/svg", "");
      assertFalse(text.contains("http://") || text.contains("https://"), path);
    }
  }

  @Test
  void bothLanguagesHaveTheSameWords() throws IOException {
    String words = text("/page/words.js");
    int middle = words.indexOf("  zh: {");
    assertEquals(keys(words.substring(0, middle)), keys(words.substring(middle)));
  }

  @Test
  void everyKindOfIncidentHasAWordInBothLanguages() throws IOException {
    String words = text("/page/words.js");
    String zh = words.substring(words.indexOf("  zh: {"));
    for (Incident.Kind kind : Incident.Kind.values()) {
      String key = kind + ": '";
      assertTrue(words.indexOf(key) < words.indexOf("  zh: {") && words.contains(key), key);
      assertTrue(zh.contains(key), key);
    }
  }

  private static TreeSet<String> keys(String words) {
    TreeSet<String> keys = new TreeSet<>();
    Pattern.compile("^    (\\w+): ", Pattern.MULTILINE)
        .matcher(words)
        .results()
        .forEach(match -> keys.add(match.group(1)));
    assertTrue(keys.size() > 20);
    return keys;
  }

  @Test
  void onlyListedFilesAreServed() throws IOException {
    for (String path : List.of("/page/../LocalServer.class", "/page/", "/x", "/page/package")) {
      assertTrue(
          page.handle(
                  new Request(
                      "GET", path, "", Map.of(), "127.0.0.1", InputStream.nullInputStream()))
              .isEmpty(),
          path);
    }
  }
}
