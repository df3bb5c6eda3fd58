package dev.weir.core.bill;

/**
 * Who moves money between customers and the vendor. What becomes of a payment comes back as {@link
 * PaymentEvent}s, in any order and more than once. Thread-safe.
 */
public interface PaymentProvider {

  /** {@code [a-z0-9-]{1,64}}. */
  String name();

  /**
   * Asks for the money. Asked again for the same payment, it answers the same.
   *
   * @return what the payer is told: where to pay, and under which reference
   */
  String request(Payment payment);

  /** Gives back a part of a payment; the same refund id is done once. */
  void refund(Payment payment, String refundId, long micros);
}
