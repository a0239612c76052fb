package dev.slipway.gateway.route;

import java.util.List;

/**
 * Smooth weighted round-robin. If all positions take part, any run of choices as long as the sum of the weights contains each position
 * exactly as often as its weight, spread evenly. Not thread-safe.
 */
final class WeightedRoundRobin {

    private final int[] weights;
    private final int[] credit;

    WeightedRoundRobin(List<Integer> weights) {
        this.weights = weights.stream().mapToInt(Integer::intValue).toArray();
        this.credit = new int[this.weights.length];
    }

    /**
     * The next position of those that take part.
     *
     * @return -1 if none with a weight takes part
     */
    int next(boolean[] takesPart) {
        int total = 0;
        int best = -1;
        for (int i = 0; i < weights.length; i++) {
            if (!takesPart[i] || weights[i] == 0) {
                continue;
            }
            total += weights[i];
            credit[i] += weights[i];
            if (best < 0 || credit[i] > credit[best]) {
                best = i;
            }
        }
        if (best >= 0) {
            credit[best] -= total;
        }
        return best;
    }
}
