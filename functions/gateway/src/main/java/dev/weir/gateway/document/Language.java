package dev.weir.gateway.document;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.Map;

/** The languages of documents. */
public enum Language {
  EN,
  ZH;

  private static final Map<String, String> CHINESE =
      Map.ofEntries(
          Map.entry("Invoice", "账单"),
          Map.entry("Credit note", "贷项通知单"),
          Map.entry("Payout statement (self-billed)", "结算单（自开）"),
          Map.entry("From", "开具方"),
          Map.entry("To", "客户"),
          Map.entry("Partner", "合作伙伴"),
          Map.entry("Number", "编号"),
          Map.entry("Issued", "开具日期"),
          Map.entry("Due", "到期日"),
          Map.entry("Month", "账期"),
          Map.entry("Agreement", "协议"),
          Map.entry("Corrects invoice", "更正账单"),
          Map.entry("Reason", "原因"),
          Map.entry("Description", "项目"),
          Map.entry("Quantity", "用量"),
          Map.entry("Included", "包含"),
          Map.entry("Billed", "计费"),
          Map.entry("Amount", "金额"),
          Map.entry("Total", "合计"),
          Map.entry("Rounding", "取整"),
          Map.entry("Tier", "阶梯"),
          Map.entry("To be paid", "应付金额"),
          Map.entry("To your credit", "可抵扣金额"),
          Map.entry("Credited", "冲减金额"),
          Map.entry("Accrued", "应计"),
          Map.entry("Accepted", "已确认"),
          Map.entry("Collected", "已收款"),
          Map.entry("Clawed back", "扣回"),
          Map.entry("Payable", "可结算"),
          Map.entry("Paid before", "此前已付"),
          Map.entry("Carried over", "结转下期"),
          Map.entry("Paid now", "本次支付"),
          Map.entry("Amounts before tax. This is not a VAT fapiao.", "金额不含税。本单据不是增值税发票。"),
          Map.entry("subscription", "订阅"),
          Map.entry("one-time charge", "一次性费用"),
          Map.entry("minimum commitment", "最低消费补足"),
          Map.entry("credit pack", "预付额度包"),
          Map.entry("expired credit", "过期额度"),
          Map.entry("project milestone", "项目里程碑"),
          Map.entry("calls", "调用次数"),
          Map.entry("messages", "消息数"),
          Map.entry("resolved_conversations", "已解决会话数"),
          Map.entry("call", "次"),
          Map.entry("message", "条"),
          Map.entry("conversation", "个会话"),
          Map.entry("trial", "试用"),
          Map.entry("input_tokens", "输入 token"),
          Map.entry("output_tokens", "输出 token"),
          Map.entry("Sponsor bill", "赞助账单"),
          Map.entry("Sponsor", "赞助方"),
          Map.entry("Customers", "客户数"),
          Map.entry("Currency", "币种"),
          Map.entry("sales", "销售"),
          Map.entry("data", "数据"),
          Map.entry("adapter", "适配器"),
          Map.entry("content", "内容"),
          Map.entry("Page", "页"));

  private static final Map<String, String> NOTES =
      Map.of("code ", "优惠码 ", "credit ", "预付额度 ", "paid by ", "由以下方支付：");

  /** By its code. */
  public static Language of(String code) {
    return switch (code) {
      case "en" -> EN;
      case "zh" -> ZH;
      default ->
          throw new ProblemException(Problem.badRequest("lang " + code + " is not zh or en"));
    };
  }

  /** What the customers of a currency read where nothing is said. */
  public static Language ofCurrency(String currency) {
    return currency.equals("CNY") ? ZH : EN;
  }

  /** A note of an invoice: its first words in this language, then the name that follows. */
  String note(String english) {
    for (Map.Entry<String, String> beginning : NOTES.entrySet()) {
      if (this == ZH && english.startsWith(beginning.getKey())) {
        return beginning.getValue() + english.substring(beginning.getKey().length());
      }
    }
    return say(english);
  }

  /** The words in this language; a name that is not among them stays as it is. */
  String say(String english) {
    return switch (this) {
      case EN -> english;
      case ZH -> CHINESE.getOrDefault(english, english);
    };
  }
}
