package dev.slipway.parts.objectstore;

import static dev.slipway.parts.objectstore.SignedRequests.escaped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.slipway.parts.folder.DataFolder;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ObjectStorePartTests {

    private static final String MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

    private static final Pattern NAME = Pattern.compile("<(?:Key|CommonPrefixes><Prefix)>([^<]*)</");
    private static final Pattern NEXT = Pattern.compile("<NextContinuationToken>([^<]*)</");

    private final DataFolder folder;
    private ObjectStorePart server;
    private SignedRequests requests;

    ObjectStorePartTests(@TempDir Path temporary) {
        this.folder = DataFolder.open(temporary.resolve("data"));
        this.server = new ObjectStorePart(folder, "slipway");
        this.requests = new SignedRequests(server);
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private void put(String key, String body) {
        assertThat(requests.put("/slipway/" + escaped(key), body).statusCode())
                .as(key)
                .isEqualTo(200);
    }

    private String get(String key) {
        return requests.get("/slipway/" + escaped(key)).body();
    }

    /** All keys and common prefixes, page by page. */
    private List<String> list(String prefix, String delimiter, int pageSize) {
        List<String> names = new ArrayList<>();
        String token = "";
        while (true) {
            String query = (token.isEmpty()
                            ? ""
                            : "continuation-token=" + escaped(token).replace("/", "%2F") + "&")
                    + (delimiter.isEmpty()
                            ? ""
                            : "delimiter=" + escaped(delimiter).replace("/", "%2F") + "&")
                    + "list-type=2&max-keys=" + pageSize
                    + "&prefix=" + escaped(prefix).replace("/", "%2F");
            String page = requests.get("/slipway", query).body();
            // Keys and groups are in lists of their own: a page is sorted by this test, pages follow one another by
            // themselves.
            TreeSet<String> found = new TreeSet<>();
            Matcher name = NAME.matcher(page);
            while (name.find()) {
                found.add(name.group(1));
            }
            assertThat(found).hasSizeLessThanOrEqualTo(pageSize);
            names.addAll(found);
            Matcher next = NEXT.matcher(page);
            if (!next.find()) {
                return names;
            }
            token = next.group(1);
        }
    }

    @Test
    void keepsEachKeyApart() {
        List<String> keys = List.of(
                "a/b.txt",
                "a//b.txt",
                "a/./c",
                "a/c",
                "/a/c",
                "folder/",
                "folder/x",
                "d",
                "d/e",
                "d//",
                "./d",
                "../d",
                "x".repeat(255),
                "x".repeat(255) + "/y",
                "x".repeat(256),
                "n".repeat(160),
                "n".repeat(161),
                "n".repeat(160) + "/",
                "long/" + "猫".repeat(339),
                "sp ace",
                "pl+us",
                "per%20cent",
                "per%cent",
                ".mpus-mine",
                "a=",
                "a~",
                "猫.csv");
        keys.forEach(key -> put(key, "bytes of " + key));

        assertThat(keys).allSatisfy(key -> assertThat(get(key)).isEqualTo("bytes of " + key));
        assertThat(list("", "", 7)).containsExactlyInAnyOrderElementsOf(keys);
        requests.delete("/slipway/d");
        assertThat(get("d/e")).isEqualTo("bytes of d/e");
        requests.delete("/slipway/folder/");
        assertThat(list("folder", "", 1000)).containsExactly("folder/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+b", // a space or a plus sign?
                "a%FFb", // not UTF-8
                "a%0Ab", // cannot be listed
                "a%00b",
                "a/../../../escape",
            })
    void refusesAKeyWithSeveralReadingsAndWritesNothing(String written) {
        var answer = requests.put("/slipway/" + written, "x");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(list("", "", 1000)).isEmpty();
        assertThat(requests.get("/slipway/" + written).statusCode()).isEqualTo(400);
    }

    /** Written as no client library does it: nobody else would see a percent sign that begins no escape. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/slipway/100%",
                "/slipway/100%/x",
                "/slipway/a%2",
                "/slipway/a%zz",
                "/slipway/%%41",
                "/slipway?prefix=100%"
            })
    void refusesAPercentSignThatBeginsNoEscape(String written) throws IOException {
        assertThat(answerTo("PUT " + written)).startsWith("HTTP/1.1 400 ");
        assertThat(list("", "", 1000)).isEmpty();

        put("100%/x", "written as it should be");
        assertThat(list("100%", "", 1000)).containsExactly("100%/x");
        assertThat(get("100%/x")).isEqualTo("written as it should be");
    }

    private String answerTo(String methodAndPath) throws IOException {
        String[] address = server.address().split(":", -1);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.getOutputStream()
                    .write("%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
                            .formatted(methodAndPath, server.address())
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        var answer = requests.put("/slipway/" + "x".repeat(1025), "x");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("KeyTooLongError", "1025", "1024");
    }

    @Test
    void keepsABodyThatItsClientCallsAForm() {
        for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
            var answer = requests.put("/slipway/form", "a=1&prefix=b&uploadId=9", "Content-Type", type);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(get("form")).isEqualTo("a=1&prefix=b&uploadId=9");
        }
    }

    /** {@code file -i} prints such. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/octet-stream; charset=binary",
                "text/plain; charset=unknown-8bit",
                "text/csv; charset=\"no such\"",
                "text/csv; charset=GB18030"
            })
    void takesABodyAsBytesWhateverItsCharset(String type) {
        var answer = requests.put("/slipway/in/a", "1,2", "Content-Type", type);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(get("in/a")).isEqualTo("1,2");
        assertThat(requests.get("/slipway/in/a")
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow()
                        .replace(" ", ""))
                .isEqualToIgnoringCase(type.replace(" ", ""));

        var begun = requests.send("POST", "/slipway/in/b", "uploads=", "", "Content-Type", type);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slipway/a+b", "/slipway/%FF", "slipway/100%"})
    void refusesACopyOfAKeyWithSeveralReadings(String source) {
        put("a b", "a space");
        put("\uFFFD", "a replacement");

        var answer = requests.put("/slipway/copy", "", "x-amz-copy-source", source);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("x-amz-copy-source");
        assertThat(list("", "", 10)).containsExactly("a b", "\uFFFD");
        assertThat(requests.put("/slipway/copy", "", "x-amz-copy-source", "/slipway/a%20b")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("copy")).isEqualTo("a space");
    }

    @ParameterizedTest
    @CsvSource({"If-None-Match, *", "If-Match, '\"0123456789abcdef0123456789abcdef\"'"})
    void refusesAConditionOnWhatACopyReplaces(String header, String value) {
        put("from", "new");
        put("to", "old");

        var answer = requests.put("/slipway/to", "", "x-amz-copy-source", "/slipway/from", header, value);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(501);
        assertThat(get("to")).isEqualTo("old");
    }

    @Test
    void refusesAPartOfAnUploadThatDoesNotExist() throws IOException {
        var answer = requests.send("PUT", "/slipway/big", "partNumber=1&uploadId=nope", "one part");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(answer.body()).contains("NoSuchUpload", "nope");
        assertThat(folder.root().resolve("buckets/slipway")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"If-Modified-Since, 304", "If-Unmodified-Since, 200"})
    void comparesTimesInTheSecondsThatItTells(String condition, int status) throws IOException {
        put("a", "x");
        Files.setLastModifiedTime(
                folder.root().resolve("buckets/slipway/a="), FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
        String told =
                requests.get("/slipway/a").headers().firstValue("Last-Modified").orElseThrow();

        assertThat(told).contains("03:04:05");
        assertThat(requests.send("GET", "/slipway/a", "", "", condition, told).statusCode())
                .isEqualTo(status);
    }

    @Test
    void refusesTagsByName() {
        assertThat(requests.put("/slipway/tagged", "x", "x-amz-tagging", "a=b").statusCode())
                .isEqualTo(501);
        assertThat(requests.send("PUT", "/slipway/tagged", "tagging=", "<Tagging/>")
                        .statusCode())
                .isEqualTo(501);
        assertThat(list("", "", 1000)).isEmpty();
    }

    @Test
    void uploadsAnyKeyInParts() {
        for (String key : List.of("deep//" + "y".repeat(250), "z".repeat(1000))) {
            String begun = requests.send("POST", "/slipway/" + escaped(key), "uploads=", "")
                    .body();
            String id = begun.replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
            String tag = requests.send("PUT", "/slipway/" + escaped(key), "partNumber=1&uploadId=" + id, "one part")
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();
            assertThat(requests.get("/slipway", "uploads=").body()).contains("<Key>" + key + "</Key>");
            assertThat(list("", "", 1000)).doesNotContain(key);
            String parts = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + tag
                    + "</ETag></Part></CompleteMultipartUpload>";

            assertThat(requests.send("POST", "/slipway/" + escaped(key), "uploadId=" + id, parts)
                            .body())
                    .contains("CompleteMultipartUploadResult");
            assertThat(get(key)).isEqualTo("one part");
        }
    }

    @Test
    void listsInTheOrderOfBytesWhateverPrefixDelimiterAndPage() {
        List<String> pieces = List.of("a", "b!", "b", "b0", "/", "//", "-", "x".repeat(159), ".", "猫");
        Random random = new Random(7);
        TreeSet<String> keys = new TreeSet<>();
        for (int i = 0; i < 120; i++) {
            StringBuilder key = new StringBuilder();
            IntStream.range(0, 1 + random.nextInt(5))
                    .forEach(j -> key.append(pieces.get(random.nextInt(pieces.size()))));
            keys.add(key.toString());
        }
        keys.forEach(key -> put(key, key));

        assertThat(list("", "", 1000)).containsExactlyElementsOf(keys);
        for (String prefix : List.of("", "b", "b/", "/", "x", "x".repeat(200), "none", "b0/")) {
            List<String> below =
                    keys.stream().filter(key -> key.startsWith(prefix)).toList();
            assertThat(list(prefix, "", 3)).as(prefix).containsExactlyElementsOf(below);
            for (String delimiter : List.of("/", "b", "0/")) {
                TreeSet<String> grouped = new TreeSet<>();
                below.forEach(key -> {
                    int found = key.indexOf(delimiter, prefix.length());
                    grouped.add(found < 0 ? key : key.substring(0, found + delimiter.length()));
                });
                assertThat(list(prefix, delimiter, 4))
                        .as(prefix + " by " + delimiter)
                        .containsExactlyElementsOf(grouped);
            }
        }
    }

    @Test
    void listsWhatChangesBetweenPages() {
        IntStream.range(0, 20).forEach(i -> put("in/%02d".formatted(i), "x"));
        Instant longAgo = Instant.now().minus(Duration.ofMinutes(1));
        Path below = folder.root().resolve("buckets/slipway/in+");
        age(below, longAgo);

        assertThat(list("in/", "", 5)).hasSize(20);
        requests.delete("/slipway/in/07");
        put("in/075", "x");
        assertThat(list("in/", "", 5)).hasSize(20).contains("in/075").doesNotContain("in/07");
    }

    private static void age(Path path, Instant instant) {
        try {
            Files.setLastModifiedTime(path, FileTime.from(instant));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void removesAFileThatWasNeverCompletelyWrittenAndDoesNotListIt() throws IOException {
        put("in/a", "x");
        Path in = folder.root().resolve("buckets/slipway/in+");
        Path young = Files.writeString(in.resolve("b=-0f8fad5b-d9cd-469f-a165-70867728950e"), "half");
        Path old = Files.writeString(in.resolve("c=-0f8fad5b-d9cd-469f-a165-70867728950e"), "half");
        age(old, Instant.now().minus(Duration.ofDays(3)));

        assertThat(list("in/", "", 10)).containsExactly("in/a");
        assertThat(young).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void movesTheObjectsOfAnEarlierBuild() throws IOException {
        server.stop();
        Path former = folder.root().resolve("objects/slipway");
        Files.createDirectories(former.resolve("in/deep"));
        Files.writeString(former.resolve("in/deep/猫 1.csv"), "a");
        Files.writeString(former.resolve("b=.txt"), "b");
        Files.createDirectories(former.resolve("empty"));
        server = new ObjectStorePart(folder, "slipway");
        requests = new SignedRequests(server);

        server.start();

        assertThat(list("", "", 10)).containsExactly("b=.txt", "in/deep/猫 1.csv");
        assertThat(get("in/deep/猫 1.csv")).isEqualTo("a");
        assertThat(folder.root().resolve("objects")).doesNotExist();
    }

    /** A key with a slash at its end was a folder with attributes, and {@code /} one of its own name. */
    @Test
    void movesFoldersOfAnEarlierBuildThatWereObjects() throws IOException {
        server.stop();
        Path former = folder.root().resolve("objects/slipway");
        Path put = Files.createDirectories(former.resolve("put/deep"));
        Files.createDirectories(former.resolve("not-put"));
        Files.writeString(former.resolve("put/x%2Fy%.csv"), "named with percent signs");
        Files.writeString(former.resolve("not-put/z"), "z");
        assumeThat(Files.getFileStore(put).supportsFileAttributeView(UserDefinedFileAttributeView.class))
                .as("a file system with attributes, as an earlier build needed")
                .isTrue();
        for (Path object : List.of(
                put,
                Objects.requireNonNull(put.getParent()),
                Files.createDirectories(former.resolve(".s3proxy-slash")))) {
            Files.getFileAttributeView(object, UserDefinedFileAttributeView.class)
                    .write("user.content-md5", ByteBuffer.wrap(HexFormat.of().parseHex(MD5_OF_NOTHING)));
        }
        server = new ObjectStorePart(folder, "slipway");
        requests = new SignedRequests(server);

        server.start();

        assertThat(list("", "", 10)).containsExactly("/", "not-put/z", "put/", "put/deep/", "put/x%2Fy%.csv");
        assertThat(get("put/x%2Fy%.csv")).isEqualTo("named with percent signs");
        assertThat(requests.get("/slipway/put/"))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).isEmpty())
                .satisfies(answer ->
                        assertThat(answer.headers().firstValue("ETag")).hasValue("\"" + MD5_OF_NOTHING + "\""));
        assertThat(requests.get("/slipway/not-put/").statusCode()).isEqualTo(404);
        assertThat(folder.root().resolve("objects")).doesNotExist();
    }
}
