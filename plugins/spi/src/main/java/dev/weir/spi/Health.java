package dev.weir.spi;

/** The answer to {@link Channel#check()}: whether calls are likely to succeed, and why not. */
public record Health(boolean ok, String detail) {

  public static Health up() {
    return new Health(true, "ok");
  }

  public static Health down(String detail) {
    return new Health(false, detail);
  }
}
