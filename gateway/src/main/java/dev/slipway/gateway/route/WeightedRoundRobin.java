package dev.slipway.gateway.route;

import java.util.List;

/**
 * Smooth weighted round-robin: of any consecutive choices as many as the weights add up to, each takes exactly its weight, spread
 * evenly, as long as all take part. Not safe for use by several threads.
 */
final class WeightedRoundRobin {

    private final int[] weights;
    private final int[] credit;

    WeightedRoundRobin(List<Integer> weights) {
        this.weights = weights.stream().mapToInt(Integer::intValue).toArray();
        this.credit = new int[this.weights.length];
    }

    /**
     * The next position among those that take part.
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
