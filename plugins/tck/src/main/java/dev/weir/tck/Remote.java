package dev.weir.tck;

/** The other side, or its simulator, as the suites need to drive it. */
public interface Remote {

  /** From now on it answers every call with this HTTP status and does nothing else. */
  void answerWith(int status);

  /** It works again. */
  void recover();
}
