package dev.slipway.domain.event;

/**
 * Who gave a command.
 *
 * @param user name of the user; {@code temporal} for one that was given there
 * @param project name of the project
 * @param request id of the request, as its answer has it; of a command given in Temporal the workflow id
 */
public record Origin(String user, String project, String request) {

    /** For people, as in "by alice in project local, request 4711". */
    public String words() {
        return "by %s in project %s, request %s".formatted(user, project, request);
    }
}
