package dev.weir.core.notice;

import dev.weir.core.catalog.Currencies;
import java.util.Map;

/** A notice as a sentence in a chat, in Chinese and English: who reads it is not known. */
final class Words {

  private Words() {}

  static String of(Notice notice) {
    Map<String, Object> data = notice.data();
    return switch (notice.type()) {
      case "budget.reached" ->
          "%s：%s 的额度 %s 已使用 %s%%（%s）。\n%s: %s%% of budget %s, %s, is used (%s)."
              .formatted(
                  data.get("month"),
                  data.get("limitId"),
                  amount(data, "perMonth"),
                  data.get("percent"),
                  amount(data, "spent"),
                  data.get("month"),
                  data.get("percent"),
                  data.get("limitId"),
                  amount(data, "perMonth"),
                  amount(data, "spent"));
      case "dunning.reminded", "dunning.overdue" ->
          "账单 %s（%s）尚未付清，到期日 %s。\nInvoice %s of %s is not paid; it was due at %s."
              .formatted(invoice(data, "dueAt"));
      case "dunning.suspended" ->
          "账单 %s（%s）尚未付清，到期日 %s，服务已暂停。\n"
                  .formatted(data.get("number"), data.get("month"), data.get("dueAt"))
              + "Invoice %s of %s, due at %s, is not paid; the service is suspended."
                  .formatted(data.get("number"), data.get("month"), data.get("dueAt"));
      case "dunning.settled" ->
          "账单 %s（%s）已付清，谢谢。\nInvoice %s of %s is paid. Thank you."
              .formatted(
                  data.get("number"), data.get("month"), data.get("number"), data.get("month"));
      case "test" -> "这是一条测试通知。\nThis is a test notice.";
      default -> notice.type() + " " + data;
    };
  }

  private static Object[] invoice(Map<String, Object> data, String last) {
    return new Object[] {
      data.get("number"),
      data.get("month"),
      data.get(last),
      data.get("number"),
      data.get("month"),
      data.get(last)
    };
  }

  private static String amount(Map<String, Object> data, String field) {
    String of = String.valueOf(data.get("of"));
    long amount = ((Number) data.getOrDefault(field, 0)).longValue();
    return Currencies.known(of) ? Currencies.text(amount, of) : amount + " " + of;
  }
}
