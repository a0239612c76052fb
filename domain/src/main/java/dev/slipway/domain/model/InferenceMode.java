package dev.slipway.domain.model;

import java.util.Arrays;
import java.util.Optional;

/** What models of templates take and answer (guide 4.2.3). */
public enum InferenceMode {
    OBJECT_DETECTION("object_detection", "预置物体检测模式"),
    IMAGE_PROCESSING("image_processing", "预置图像处理模式"),
    PREDICTIVE_ANALYSIS("predictive_analysis", "预置预测分析模式"),
    UNDEFINED("undefined", "未定义模式");

    private final String id;
    private final String guideName;

    InferenceMode(String id, String guideName) {
        this.id = id;
        this.guideName = guideName;
    }

    /** Its name in requests. */
    public String id() {
        return id;
    }

    /** Its name in the guide. */
    public String guideName() {
        return guideName;
    }

    /** Whether a batch job can know how to ask such a model. */
    public boolean isForBatch() {
        return this != UNDEFINED;
    }

    public static Optional<InferenceMode> ofId(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.id.equals(text) || mode.guideName.equals(text))
                .findFirst();
    }
}
