package dev.slipway.standalone.dist;

import dev.slipway.adapters.images.ReleaseImage;
import java.nio.file.Path;

/** Called by {@code deploy/dist.sh} with: base, release, version, commit, layout. Prints the image's digest. */
public final class ImageMain {

    private ImageMain() {}

    public static void main(String[] words) {
        try {
            ReleaseImage image = new ReleaseImage(Path.of(words[0]), Path.of(words[1]), words[2], words[3]);
            System.out.println(image.writeTo(Path.of(words[4])));
        } catch (IllegalArgumentException refused) {
            System.err.println("slipway dist: " + refused.getMessage());
            System.exit(1);
        }
    }
}
