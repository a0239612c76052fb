package dev.slipway.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** One call, and what the starters for the web and the actuator bring. */
@SpringBootApplication
@RestController
public class FatJar {

    public static void main(String[] words) {
        SpringApplication.run(FatJar.class, words);
    }

    @GetMapping("/hello")
    String hello() {
        return "hello";
    }
}
