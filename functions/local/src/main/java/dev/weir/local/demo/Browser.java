package dev.weir.local.demo;

import dev.weir.local.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an applicant's browser does: keeps cookies, posts forms, follows redirects. */
final class Browser implements AutoCloseable {

  private static final Pattern INPUT =
      Pattern.compile("<input[^>]*name=\"([^\"]+)\"(?:[^>]*value=\"([^\"]*)\")?");

  private static final int REDIRECTS_MAX = 10;

  // The JDK's cookie manager writes cookies with an age in a form that no browser uses.
  private final List<Cookie> cookies = new ArrayList<>();

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** A page and where it was found. */
  record Page(URI at, int status, String html) {}

  Page open(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).GET());
  }

  Page post(URI url, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The fields of a page's form, with their preset values. */
  static Map<String, String> fields(Page page) {
    Map<String, String> fields = new TreeMap<>();
    Matcher inputs = INPUT.matcher(page.html());
    while (inputs.find()) {
      String value = inputs.group(2) == null ? "" : inputs.group(2);
      fields.put(inputs.group(1), unescape(value));
    }
    return fields;
  }

  /** What a reader sees of a page. */
  static String text(Page page) {
    return unescape(
        page.html()
            .replaceAll("<style>.*?</style>", "")
            .replaceAll("<[^>]+>", " ")
            .replaceAll("\\s+", " ")
            .strip());
  }

  private static String unescape(String html) {
    return html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  private Page send(HttpRequest.Builder first) {
    HttpRequest.Builder request = first;
    for (int hop = 0; hop < REDIRECTS_MAX; hop++) {
      HttpResponse<String> answer = exchange(request);
      answer.headers().allValues("set-cookie").forEach(line -> keep(answer.uri(), line));
      Optional<String> location = answer.headers().firstValue("location");
      if (answer.statusCode() / 100 != 3 || location.isEmpty()) {
        return new Page(answer.uri(), answer.statusCode(), answer.body());
      }
      request = HttpRequest.newBuilder(answer.uri().resolve(location.get())).GET();
    }
    throw Failure.doesNotHold("the browser was redirected more than " + REDIRECTS_MAX + " times");
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request) {
    try {
      URI uri = request.build().uri();
      cookies.forEach(cookie -> {
        if (cookie.fits(uri)) {
          request.header("cookie", cookie.pair());
        }
      });
      HttpRequest built =
          request
              .timeout(Duration.ofSeconds(30))
              .header("accept", "text/html")
              .header("accept-language", "en")
              .build();
      return client.send(built, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw Failure.doesNotHold("the browser got no answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.machine("interrupted", e);
    }
  }

  private void keep(URI from, String line) {
    String path = "/";
    String[] parts = line.split(";\\s*", -1);
    for (String attribute : parts) {
      if (attribute.toLowerCase(Locale.ROOT).startsWith("path=")) {
        path = attribute.substring("path=".length());
      }
    }
    cookies.add(new Cookie(from.getHost(), path, parts[0]));
  }

  /** A cookie goes to the host that set it, below its path. */
  private record Cookie(String host, String path, String pair) {
    boolean fits(URI uri) {
      return uri.getHost().equals(host) && uri.getPath().startsWith(path);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
