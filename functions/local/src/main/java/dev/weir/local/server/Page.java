package dev.weir.local.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The browser's page: a few files that read the public API. Only the listed files are served. The
 * policy allows no inline script and no other origin, since what the page shows was written by
 * strangers.
 */
public final class Page implements Route {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> FILES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "style.css", "text/css; charset=utf-8",
          "words.js", "text/javascript; charset=utf-8",
          "chart.js", "text/javascript; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  @Override
  public Optional<Answer> handle(Request request) throws IOException {
    String name =
        switch (request.path()) {
          case "/" -> "index.html";
          case "/favicon.ico" -> "icon.svg";
          default ->
              request.path().startsWith("/page/")
                  ? request.path().substring("/page/".length())
                  : "";
        };
    String type = FILES.get(name);
    if (type == null || !(request.method().equals("GET") || request.method().equals("HEAD"))) {
      return Optional.empty();
    }
    try (InputStream in = Page.class.getResourceAsStream("/dev/weir/local/page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's " + name + " is not in the jar");
      }
      Map<String, List<String>> headers =
          Map.of(
              "content-type", List.of(type),
              "content-security-policy", List.of(POLICY),
              "x-content-type-options", List.of("nosniff"),
              "referrer-policy", List.of("no-referrer"),
              "cache-control", List.of("no-cache"));
      return Optional.of(new Answer(200, headers, new Answer.Bytes(in.readAllBytes())));
    }
  }
}
