package dev.weir.core.bill;

/** A person looks at the bank account and says what happened there. */
public final class ManualPayments implements PaymentProvider {

  public static final String NAME = "manual";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String request(Payment payment) {
    return "bank transfer, reference " + payment.issuer() + "-" + payment.number();
  }

  /** The person who says so has done it. */
  @Override
  public void refund(Payment payment, String refundId, long micros) {}
}
