package dev.weir.worker.data;

/** The data cannot be learnt from; another attempt would find the same. */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }
}
