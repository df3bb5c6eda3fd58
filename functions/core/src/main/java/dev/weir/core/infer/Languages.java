package dev.weir.core.infer;

/** Which of the languages that answers come in a text is written in. */
final class Languages {

  private Languages() {}

  /** {@code zh} where a Han character occurs, otherwise {@code en}. */
  static String of(String text) {
    boolean han =
        text.codePoints()
            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    return han ? "zh" : "en";
  }

  static boolean ideographic(int codePoint) {
    return switch (Character.UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
      default -> false;
    };
  }

  static String doNotKnow(String text) {
    return of(text).equals("zh")
        ? "抱歉，这个问题我还不知道答案。"
        : "I am sorry, I do not know the answer to this.";
  }

  /** Every attempt failed; another time it may work. */
  static String notNow(String text) {
    return of(text).equals("zh")
        ? "抱歉，现在无法回答您的问题，请稍后再试。"
        : "I am sorry, I cannot answer right now. Please try again later.";
  }

  /** The organisation that bought it has not paid; who asks can only say so to it. */
  static String suspended(String text) {
    return of(text).equals("zh")
        ? "抱歉，贵组织的这项服务已暂停，请联系贵组织的管理员。"
        : "I am sorry, this service is suspended for your organisation."
            + " Please tell those who manage it there.";
  }

  /** It will not work by waiting: the agreement, its budget or its model is not there. */
  static String notAvailable(String text) {
    return of(text).equals("zh")
        ? "抱歉，这项服务目前不可用。"
        : "I am sorry, this service is not available at the moment.";
  }
}
