package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which files share a layer: what is large has one of its own, so that another version shares it; what is small, and changes most, is
 * apart from the rest. It depends on names and sizes alone.
 */
final class LayerPlan {

    private static final long LARGE = 1L << 20;
    private static final long SMALL = 64L << 10;
    /** Tools of containers take at most 127 layers. */
    private static final int MOST_ALONE = 48;

    private LayerPlan() {}

    /** Never empty: without files one layer of folders. */
    static List<ModelLayer> of(List<ImageFile> files) {
        List<ImageFile> sorted =
                files.stream().sorted(Comparator.comparing(ImageFile::path)).toList();
        Set<ImageFile> alone = new HashSet<>(sorted.stream()
                .filter(file -> file.size() >= LARGE)
                .sorted(Comparator.comparingLong(ImageFile::size).reversed().thenComparing(ImageFile::path))
                .limit(MOST_ALONE)
                .toList());
        List<ModelLayer> layers = new ArrayList<>();
        sorted.stream().filter(alone::contains).forEach(file -> layers.add(new ModelLayer(List.of(file))));
        List<ImageFile> middle = sorted.stream()
                .filter(file -> !alone.contains(file) && file.size() >= SMALL)
                .toList();
        List<ImageFile> small =
                sorted.stream().filter(file -> file.size() < SMALL).toList();
        for (List<ImageFile> rest : List.of(middle, small)) {
            if (!rest.isEmpty()) {
                layers.add(new ModelLayer(rest));
            }
        }
        return layers.isEmpty() ? List.of(new ModelLayer(List.of())) : layers;
    }
}
