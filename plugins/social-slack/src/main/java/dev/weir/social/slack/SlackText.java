package dev.weir.social.slack;

import java.util.regex.Pattern;

/** Text as Slack carries it: three characters escaped, mentions in angle brackets. */
final class SlackText {

  /** Characters of one message; more are cut off by Slack or refused. */
  static final int MAX_CHARS = 40_000;

  private static final Pattern LEADING_MENTIONS = Pattern.compile("^(\\s*<@[A-Z0-9]+>[:,]?)+\\s*");

  private SlackText() {}

  /** What a person meant, without the mention of the bot that it began with. */
  static String read(String text) {
    return LEADING_MENTIONS
        .matcher(text)
        .replaceFirst("")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .strip();
  }

  /**
   * An answer that Slack shows as it is: escaped, so that no model can mention a channel, and cut
   * with an ellipsis where it is too long.
   */
  static String write(String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return escaped.length() <= MAX_CHARS ? escaped : cut(text);
  }

  private static String cut(String text) {
    StringBuilder out = new StringBuilder(MAX_CHARS);
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      String piece =
          switch (point) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> Character.toString(point);
          };
      if (out.length() + piece.length() > MAX_CHARS - 1) {
        break;
      }
      out.append(piece);
      i += Character.charCount(point);
    }
    return out.append('…').toString();
  }
}
