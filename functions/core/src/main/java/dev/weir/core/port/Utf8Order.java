package dev.weir.core.port;

import java.util.Comparator;

/**
 * Orders strings by their UTF-8 bytes, which is the order of their code points. {@link
 * String#compareTo} differs: it puts supplementary characters before U+E000..U+FFFF.
 */
public final class Utf8Order implements Comparator<String> {

  public static final Comparator<String> INSTANCE = new Utf8Order();

  private Utf8Order() {}

  @Override
  public int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean sameKind = Character.isSurrogate(x) == Character.isSurrogate(y);
        return sameKind ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
