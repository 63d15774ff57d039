using System.CommandLine;
using System.Text.Json.Nodes;

namespace CloudPacs.CommandLine;

/// <summary>The verbs of <c>cloudpacs studies</c> by which a person decides; each is a command to the running engine.</summary>
internal static class StudyDecisionCommands
{
    public static IEnumerable<Command> Create(Option<string> url, Option<bool> json) =>
    [
        OfOrder("accept", "acceptOrder", "Say that a study was made for an order", url, json),
        OfOrder("reject", "rejectOrder", "Say that a study was not made for an order", url, json),
        OfOrder("relink", "relinkStudy", "Say that a study was made for an order and for no other", url, json),
        OfOrder("reconsider", "reconsiderStudy", "Take back what was decided: the rules find the orders of a study anew", url, json),
        Order(url, json),
        Create("ignore", "ignoreStudy", "Say that a study has no order here", url, json),
        Create("accept-images", "acceptImages", "Show images of a study that show another patient than the others", url, json),
        Create("hide-images", "hideImages", "Take accept-images back: they are not shown until somebody decides anew", url, json),
        Split(url, json),
        Merge(url, json),
        OfPart("delete", "deleteInstances", "Hide a study, a series or an instance", url, json, new Option<string>("--as")
        {
            Description = "deleted, quality, patientSafety, incorrectWorklistEntry or retentionExpired",
        }, "rejection"),
        OfPart("restore", "restoreInstances", "Show again what was deleted or rejected", url, json, new Option<string>("--confirmed-by")
        {
            Description = "A second person, for what was rejected for patient safety or as of a wrong worklist entry",
        }, "confirmedBy"),
        OfStudyOrPatient("hold", "holdStudy", "holdPatient", "Let nothing of a study, or of a patient, be deleted", url, json),
        OfStudyOrPatient("end-hold", "endHold", "endPatientHold", "Take a hold back", url, json),
        Create("separate", "separateStudy", "Take a merge of studies back", url, json),
    ];

    private static Command OfStudyOrPatient(
        string verb, string ofStudy, string ofPatient, string help, Option<string> url, Option<bool> json)
    {
        var uid = new Argument<string?>("uid") { Description = "Study Instance UID", Arity = ArgumentArity.ZeroOrOne };
        var patient = new Option<string?>("--patient") { Description = "Id of a patient, in place of a study: all of the patient's" };
        var authority = new Option<string?>("--authority") { Description = "Who gave that id, where several have the same" };
        var (reason, actor) = (ReasonOption(), ActorOption());
        var command = new Command(verb, help) { uid, patient, authority, reason, actor };
        command.Validators.Add(result =>
        {
            if (result.GetValue(uid) is null == result.GetValue(patient) is null) result.AddError("Give the UID of a study, or --patient.");
        });
        command.SetAction((result, cancellationToken) =>
        {
            var decision = new JsonObject();
            if (result.GetValue(reason) is { } why) decision["reason"] = why;
            if (result.GetValue(uid) is { } study)
            {
                (decision["command"], decision["studyInstanceUid"]) = (ofStudy, study);
                return GiveAsync(
                    result, result.GetValue(actor), "studies", decision, result.GetValue(url)!, result.GetValue(json), cancellationToken);
            }

            var id = new JsonObject { ["value"] = result.GetValue(patient) };
            if (result.GetValue(authority) is { } named) id["namespace"] = named;
            (decision["command"], decision["patient"]) = (ofPatient, new JsonObject { ["primary"] = id });
            return GiveAsync(
                result, result.GetValue(actor), "patients", decision, result.GetValue(url)!, result.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static Command OfPart(
        string verb, string name, string help, Option<string> url, Option<bool> json, Option<string> further, string member)
    {
        var series = new Option<string>("--series") { Description = "Series Instance UID, for one series" };
        var instance = new Option<string>("--instance") { Description = "SOP Instance UID, for one instance" };
        var command = Create(verb, name, help, url, json, (result, decision) =>
        {
            if (result.GetValue(series) is { } uid) decision["seriesInstanceUid"] = uid;
            if (result.GetValue(instance) is { } one) decision["sopInstanceUid"] = one;
            if (result.GetValue(further) is { } value) decision[member] = value;
        });
        foreach (var option in new Option[] { series, instance, further }) command.Add(option);
        return command;
    }

    private static Command Split(Option<string> url, Option<bool> json)
    {
        var series = new Option<string[]>("--series")
        {
            Description = "Series Instance UIDs of what becomes a study; none = the images that show another patient",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = Create("split", "splitStudy", "Make a study of a part of another one", url, json, (result, decision) =>
            decision["seriesInstanceUids"] = new JsonArray([.. (result.GetValue(series) ?? []).Select(static uid => (JsonNode)uid)]));
        command.Add(series);
        return command;
    }

    private static Command Merge(Option<string> url, Option<bool> json)
    {
        var into = new Option<string>("--into") { Description = "Study Instance UID of the study that it goes into", Required = true };
        var command = Create("merge", "mergeStudies", "Put a study into another one of the same patient", url, json, (result, decision) =>
            decision["into"] = result.GetRequiredValue(into));
        command.Add(into);
        return command;
    }

    private static Command Order(Option<string> url, Option<bool> json)
    {
        var modality = new Option<string>("--modality") { Description = "Modality; none = that of the images" };
        var description = new Option<string>("--description") { Description = "What was done; none = what the images say" };
        var start = new Option<string>("--start")
        {
            Description = "When it began, 2026-12-01T09:35:00 at the site; none = what the images say",
        };
        return OfOrder("order", "orderStudy", "Place an order for a study that was made without one", url, json,
            (modality, "modality"), (description, "description"), (start, "start"));
    }

    private static Command OfOrder(
        string verb, string name, string help, Option<string> url, Option<bool> json,
        params (Option<string> Option, string Member)[] further)
    {
        var accession = new Option<string>("--accession") { Description = "Accession number of the order" };
        var placer = new Option<string>("--placer") { Description = "Placer number of the order" };
        var filler = new Option<string>("--filler") { Description = "Filler number of the order" };
        var authority = new Option<string>("--authority") { Description = "Who gave these numbers, where several have the same" };
        var procedure = new Option<string>("--procedure") { Description = "Requested procedure id, for an order of several" };
        var command = Create(verb, name, help, url, json, (result, decision) =>
        {
            foreach (var (member, option) in new[] { ("accessionNumber", accession), ("placerNumber", placer), ("fillerNumber", filler) })
            {
                if (result.GetValue(option) is not { } value) continue;
                var number = new JsonObject { ["value"] = value };
                if (result.GetValue(authority) is { } named) number["namespace"] = named;
                decision[member] = number;
            }

            if (result.GetValue(procedure) is { } id) decision["requestedProcedureId"] = id;
            foreach (var (option, member) in further)
            {
                if (result.GetValue(option) is { } value) decision[member] = value;
            }
        });
        foreach (var option in new Option[] { accession, placer, filler, authority, procedure }) command.Add(option);
        foreach (var (option, _) in further) command.Add(option);
        return command;
    }

    private static Command Create(
        string verb, string name, string help, Option<string> url, Option<bool> json, Action<ParseResult, JsonObject>? fill = null)
    {
        var uid = new Argument<string>("uid") { Description = "Study Instance UID" };
        var (reason, actor) = (ReasonOption(), ActorOption());
        var command = new Command(verb, help) { uid, reason, actor };
        command.SetAction((result, cancellationToken) =>
        {
            var decision = new JsonObject { ["command"] = name, ["studyInstanceUid"] = result.GetRequiredValue(uid) };
            if (result.GetValue(reason) is { } why) decision["reason"] = why;
            fill?.Invoke(result, decision);
            return GiveAsync(
                result, result.GetValue(actor), "studies", decision, result.GetValue(url)!, result.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static Option<string> ReasonOption() => new("--reason") { Description = "Why, for the audit trail" };

    private static Option<string> ActorOption() => new("--actor")
    {
        Description = "Who decides, for the audit trail", DefaultValueFactory = static _ => Environment.UserName,
    };

    /// <summary>Prints what is wrong with a command, or that it is applied.</summary>
    private static async Task<int> GiveAsync(
        ParseResult result, string? actor, string about, JsonObject command, string url, bool isJson, CancellationToken cancellationToken)
    {
        var commands = new JsonObject { ["actor"] = actor, [about] = new JsonArray(command) };
        using var session = new ApiSession(url);
        var answer = await session.CommandAsync(commands, cancellationToken);
        var isApplied = (bool)answer["applied"]!;
        if (isJson)
        {
            result.Output().WriteLine(answer.ToJsonString(JsonOption.Format));
            return isApplied ? Cli.Done : Cli.Failed;
        }

        foreach (var problem in answer["problems"]!.AsArray())
            (isApplied ? result.Output() : result.Errors()).WriteLine($"{problem!["code"]} {problem["text"]}");
        foreach (var order in answer["orders"]!.AsArray())
        {
            foreach (var step in order!["steps"]!.AsArray())
                result.Output().WriteLine($"accession number {step!["accessionNumber"]!["value"]}, {order["state"]}");
        }

        if (isApplied) result.Output().WriteLine("done");
        return isApplied ? Cli.Done : Cli.Failed;
    }
}
