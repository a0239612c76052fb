import com.opencsv.CSVReader;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The loop that people write in place of a batch service: a table from object storage, a request for each row, one after the other, and
 * the answers to object storage. Each line of standard input is one run, {@code SOURCE DESTINATION}, two keys; it prints the number of rows
 * when it has ended.
 */
final class BatchLoop {

    public static void main(String[] arguments) throws Exception {
        String bucket = System.getenv("SLIPWAY_BUCKET");
        URI model = URI.create(arguments[0]);
        JsonMapper json = JsonMapper.builder().build();
        try (S3Client storage = S3Client.builder()
                        .endpointOverride(URI.create(System.getenv("AWS_ENDPOINT_URL_S3")))
                        .region(Region.of(System.getenv("AWS_REGION")))
                        .credentialsProvider(EnvironmentVariableCredentialsProvider.create())
                        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
                        .build();
                HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            String order;
            while ((order = orders.readLine()) != null) {
                String[] keys = order.split(" ");
                Path answers = Files.createTempFile("batch-loop-", ".txt");
                int rows = 0;
                try (CSVReader table = new CSVReader(new InputStreamReader(
                                storage.getObject(get -> get.bucket(bucket).key(keys[0])), StandardCharsets.UTF_8));
                        BufferedWriter out = Files.newBufferedWriter(answers)) {
                    String[] row;
                    while ((row = table.readNext()) != null) {
                        ObjectNode record = json.createObjectNode();
                        for (int column = 0; column < row.length; column++) {
                            record.put("c" + column, new BigDecimal(row[column]));
                        }
                        HttpRequest request = HttpRequest.newBuilder(model)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(record)))
                                .build();
                        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                        if (answer.statusCode() != 200) {
                            throw new IllegalStateException("row " + rows + ": " + answer.statusCode());
                        }
                        JsonNode read = json.readTree(answer.body());
                        out.write(json.writeValueAsString(read));
                        out.newLine();
                        rows++;
                    }
                }
                storage.putObject(put -> put.bucket(bucket).key(keys[1]), RequestBody.fromFile(answers));
                Files.delete(answers);
                System.out.println(rows);
            }
        }
    }
}
