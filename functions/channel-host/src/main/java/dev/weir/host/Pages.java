package dev.weir.host;

import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Step;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The few pages that an applicant sees, in Chinese or English as the browser prefers. No script, no
 * outside resource; every text that is not ours is escaped.
 */
final class Pages {

  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'";

  private static final String STYLE =
      "body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;"
          + "color:#1c2733}label{display:block;margin:1rem 0}input{width:100%;padding:.5rem;"
          + "font:inherit;box-sizing:border-box}button{font:inherit;padding:.5rem 1.5rem}"
          + "code{display:block;padding:1rem;background:#eef3f6;overflow-wrap:anywhere}";

  private final boolean chinese;

  private Pages(boolean chinese) {
    this.chinese = chinese;
  }

  /** In the language that the request's {@code Accept-Language} begins with. */
  static Pages of(RawRequest request) {
    String wanted = request.header("accept-language").orElse("").strip();
    return new Pages(wanted.toLowerCase(Locale.ROOT).startsWith("zh"));
  }

  private String say(String zh, String en) {
    return chinese ? zh : en;
  }

  RawResponse form(Step.Form form, String callback, String state) {
    StringBuilder body = new StringBuilder();
    body.append("<h1>").append(say("请填写", "Please fill in")).append("</h1>");
    body.append("<form method=\"post\" action=\"").append(escape(callback)).append("\">");
    hidden(body, "state", state);
    for (Step.Field field : form.fields()) {
      String type =
          switch (field.type()) {
            case "email" -> "email";
            case "url" -> "url";
            case "secret" -> "password";
            default -> "text";
          };
      body.append("<label>").append(escape(field.label()));
      body.append("<input name=\"").append(escape(field.name()));
      body.append("\" type=\"").append(type).append("\" maxlength=\"2048\"");
      body.append(field.required() ? " required>" : ">").append("</label>");
    }
    body.append("<button>").append(say("继续", "Continue")).append("</button></form>");
    return page(200, say("接入", "Connect"), body.toString());
  }

  private static void hidden(StringBuilder body, String name, String value) {
    body.append("<input type=\"hidden\" name=\"").append(escape(name));
    body.append("\" value=\"").append(escape(value)).append("\">");
  }

  /** Done; the code is shown once and here only. */
  RawResponse bound(String name, String claim) {
    return page(
        200,
        say("已接入", "Connected"),
        "<h1>"
            + say("已接入", "Connected")
            + "</h1><p>"
            + escape(name)
            + "</p><p>"
            + say(
                "如需通过 API 使用，请用此领取码换取密钥（只显示这一次，30 天内有效）。" + "此前已接入的，原有密钥不变。",
                "To use the API as well, exchange this code for a key. It is shown this once and"
                    + " is valid for 30 days. If you were connected before, your keys stay as they"
                    + " are.")
            + "</p><code>"
            + escape(claim)
            + "</code>");
  }

  RawResponse waiting() {
    return message(
        202,
        say("已收到申请", "Request received"),
        say(
            "对方确认后即可使用，可以关闭此页。",
            "It works as soon as the other side confirms. You may close this page."));
  }

  /** {@code reason} is the plugin's and meant for the applicant. */
  RawResponse refused(String reason) {
    return message(403, say("无法接入", "Not connected"), reason);
  }

  RawResponse expired() {
    return message(
        404, say("链接已失效", "This link has expired"), say("请从头开始。", "Please start again."));
  }

  RawResponse used() {
    return message(
        409,
        say("链接已使用过", "This link was used"),
        say("接入已完成，或请从头开始。", "You are connected already, or please start again."));
  }

  RawResponse busy() {
    return message(409, say("正在处理", "In progress"), say("请稍后刷新。", "Please reload in a moment."));
  }

  RawResponse otherBrowser() {
    return message(
        403,
        say("请在开始时的浏览器中继续", "Please go on in the browser in which you began"),
        say("为了安全，接入须在同一浏览器中完成。", "For your safety it must be finished where it was begun."));
  }

  RawResponse failed(int status) {
    return message(
        status, say("暂时无法完成", "That did not work"), say("请稍后再试。", "Please try again later."));
  }

  private RawResponse message(int status, String title, String text) {
    return page(status, title, "<h1>" + escape(title) + "</h1><p>" + escape(text) + "</p>");
  }

  private RawResponse page(int status, String title, String body) {
    String html =
        "<!doctype html><html lang=\""
            + (chinese ? "zh" : "en")
            + "\"><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width\"><title>"
            + escape(title)
            + "</title><style>"
            + STYLE
            + "</style><body>"
            + body
            + "</body></html>";
    return new RawResponse(status, headers("text/html; charset=utf-8"), utf8(html));
  }

  static RawResponse redirect(String location) {
    Map<String, String> headers = new HashMap<>(headers("text/plain; charset=utf-8"));
    headers.put("location", location);
    return new RawResponse(303, headers, new byte[0]);
  }

  private static Map<String, String> headers(String contentType) {
    return Map.of(
        "content-type", contentType,
        "content-security-policy", CONTENT_POLICY,
        "cache-control", "no-store",
        "referrer-policy", "no-referrer",
        "x-content-type-options", "nosniff");
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** For the names of a form's fields, as the host keeps them. */
  static List<String> names(Step.Form form) {
    return form.fields().stream().map(Step.Field::name).toList();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
