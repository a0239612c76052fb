package dev.slipway.formats.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.InputOutcome;
import dev.slipway.domain.batch.PlanIndex;
import dev.slipway.domain.batch.RowMark;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The internal files of a job in object storage, as JSON: its plan, and the outcomes of its parts. */
public final class PlanLines {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private PlanLines() {}

    public static byte[] ofIndex(PlanIndex index) {
        return MAPPER.writeValueAsBytes(index);
    }

    public static PlanIndex readIndex(byte[] json) {
        return MAPPER.readValue(json, PlanIndex.class);
    }

    /** One line, without a line break. */
    public static String ofInput(BatchInput input) {
        return MAPPER.writeValueAsString(InputLine.of(input));
    }

    public static BatchInput readInput(String line) {
        return MAPPER.readValue(line, InputLine.class).toInput();
    }

    /** One line, without a line break. */
    public static String ofOutcome(InputOutcome outcome) {
        return MAPPER.writeValueAsString(outcome);
    }

    public static InputOutcome readOutcome(String line) {
        return MAPPER.readValue(line, InputOutcome.class);
    }

    /** @param marks row, offset and line of each mark, one after another */
    private record InputLine(
            long n,
            String source,
            String result,
            long from,
            long to,
            @Nullable String rejected,
            @Nullable String uri,
            long size,
            @Nullable String etag,
            @Nullable List<Long> marks) {
        static InputLine of(BatchInput input) {
            return switch (input.content()) {
                case Content.Rejected rejected -> of(input, rejected.reason(), null, null);
                case Content.File file -> of(input, null, file.object(), null);
                case Content.Table table -> of(input, null, table.object(), numbers(table.marks()));
            };
        }

        private static InputLine of(
                BatchInput input,
                @Nullable String rejected,
                @Nullable StoredObject object,
                @Nullable List<Long> marks) {
            return new InputLine(
                    input.ordinal(),
                    input.source(),
                    input.resultName(),
                    input.records().from(),
                    input.records().to(),
                    rejected,
                    object == null ? null : object.uri().toString(),
                    object == null ? 0 : object.size(),
                    object == null ? null : object.etag(),
                    marks);
        }

        BatchInput toInput() {
            return new BatchInput(n, source, result, new ChunkRange(from, to), content());
        }

        private Content content() {
            String address = uri;
            if (address == null) {
                return new Content.Rejected(String.valueOf(rejected));
            }
            StoredObject object = new StoredObject(ObjectUri.read(address), size, String.valueOf(etag));
            List<Long> numbers = marks;
            return numbers == null ? new Content.File(object) : new Content.Table(object, marks(numbers));
        }

        private static List<Long> numbers(List<RowMark> marks) {
            List<Long> numbers = new ArrayList<>();
            for (RowMark mark : marks) {
                numbers.add(mark.row());
                numbers.add(mark.offset());
                numbers.add(mark.line());
            }
            return numbers;
        }

        private static List<RowMark> marks(List<Long> numbers) {
            List<RowMark> marks = new ArrayList<>();
            for (int i = 0; i + 2 < numbers.size(); i += 3) {
                marks.add(new RowMark(numbers.get(i), numbers.get(i + 1), numbers.get(i + 2)));
            }
            return marks;
        }
    }
}
