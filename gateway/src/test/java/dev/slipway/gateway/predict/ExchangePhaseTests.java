package dev.slipway.gateway.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExchangePhaseTests {

    /** A row for each phase, a column for each that may follow: the whole table. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # from,    gathering, choosing, sending, answering, tunnel, ended
            GATHERING, no,        yes,      no,      no,        no,     yes
            CHOOSING,  no,        no,       yes,     no,        no,     yes
            SENDING,   no,        yes,      no,      yes,       no,     yes
            ANSWERING, no,        no,       no,      no,        no,     yes
            TUNNEL,    no,        no,       no,      no,        no,     no
            ENDED,     no,        no,       no,      no,        no,     no""")
    void mayBecome(
            ExchangePhase from,
            String gathering,
            String choosing,
            String sending,
            String answering,
            String tunnel,
            String ended) {
        Map<ExchangePhase, String> found = new EnumMap<>(ExchangePhase.class);
        for (ExchangePhase next : ExchangePhase.values()) {
            found.put(next, from.mayBecome(next) ? "yes" : "no");
        }
        assertThat(found)
                .containsExactly(
                        Map.entry(ExchangePhase.GATHERING, gathering),
                        Map.entry(ExchangePhase.CHOOSING, choosing),
                        Map.entry(ExchangePhase.SENDING, sending),
                        Map.entry(ExchangePhase.ANSWERING, answering),
                        Map.entry(ExchangePhase.TUNNEL, tunnel),
                        Map.entry(ExchangePhase.ENDED, ended));
    }

    /** Not built: there is no way in, and no class that would be the phase. An answer of 101 is refused, see InstanceFaultTests. */
    @ParameterizedTest
    @EnumSource(ExchangePhase.class)
    void noPhaseLeadsToATunnel(ExchangePhase from) {
        assertThat(from.mayBecome(ExchangePhase.TUNNEL)).isFalse();
    }

    @Test
    void everyOtherPhaseHasAClassOfItsName() {
        assertThat(ExchangeState.class.getPermittedSubclasses())
                .extracting(type -> type.getSimpleName().toUpperCase(java.util.Locale.ROOT))
                .containsExactlyInAnyOrder("GATHERING", "CHOOSING", "SENDING", "ANSWERING", "ENDED");
    }
}
