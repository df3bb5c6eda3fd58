package dev.weir.core.catalog;

import java.util.Map;
import java.util.Optional;

/**
 * What computing costs the vendor.
 *
 * @param microsPerVcpuSecond by currency, in 10⁻⁶ of its minor unit
 * @param microsPerGpuSecond likewise, for each GPU of a host; absent where hosts have none
 */
public record ComputePrices(
    Map<String, Long> microsPerVcpuSecond, Optional<Map<String, Long>> microsPerGpuSecond) {

  public ComputePrices(Map<String, Long> microsPerVcpuSecond) {
    this(microsPerVcpuSecond, Optional.empty());
  }

  public ComputePrices {
    microsPerVcpuSecond = checked("vCPU-second", microsPerVcpuSecond);
    microsPerGpuSecond = microsPerGpuSecond.map(prices -> checked("GPU-second", prices));
  }

  private static Map<String, Long> checked(String what, Map<String, Long> prices) {
    prices.forEach((currency, micros) -> {
      Names.checkCurrency(currency);
      Names.checkAmount(what + " in " + currency, micros);
    });
    return Map.copyOf(prices);
  }

  /** What a GPU-second costs; 0 where the vendor states no price in that currency. */
  public long microsPerGpuSecond(String currency) {
    return microsPerGpuSecond.map(prices -> prices.getOrDefault(currency, 0L)).orElse(0L);
  }

  /** What a vCPU-second costs; 0 where the vendor states no price in that currency. */
  public long microsPerVcpuSecond(String currency) {
    return microsPerVcpuSecond.getOrDefault(currency, 0L);
  }
}
