using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Resources;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;
using Xunit;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>The order control table, walked in every state, against what the table of the project says row by row.</summary>
public class OrderControlTests
{
    private static readonly StepState?[] States =
    [
        null, StepState.Draft, StepState.Scheduled, StepState.Arrived, StepState.Ready, StepState.Started, StepState.Departed, StepState.OnHold,
        StepState.Expired, StepState.Completed, StepState.Discontinued, StepState.Canceled,
    ];

    // One word a state, in the order above. = unchanged, = with w a warning too; a number = AE with that code; a state name = the state after;
    // + made in that state; 0 = nothing is made, AA. What stays off the worklist, or is not changed by the message, is told with a warning.
    private static readonly (string Row, string Outcomes)[] Expected =
    [
        // none draft sched arr ready started departed hold expired completed discontinued canceled
        ("NW,*", "+SCHEDULED =w = = = =w =w =w SCHEDULED 205 SCHEDULED SCHEDULED"),
        ("RO,*", "+SCHEDULED =w =w =w =w =w =w =w SCHEDULED 205 SCHEDULED SCHEDULED"),
        ("RP,*", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED 207 =w =w"),
        ("RU,*", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED 207 =w =w"),
        ("RQ,*", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED 207 =w =w"),
        ("XO,empty/SC/IP", "+SCHEDULED =w = = = =w =w =w =w =w =w =w"),
        ("XX,empty/SC/IP", "+SCHEDULED =w = = = =w =w =w =w =w =w =w"),
        ("XR,*", "+SCHEDULED =w = = = =w =w =w =w =w =w =w"),
        ("XO/XX,CM", "204 COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED = =w =w"),
        ("XO/XX,CA", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w =w ="),
        ("XO/XX,DC", "204 DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED =w = =w"),
        ("XO/XX,HD", "204 =w on-hold on-hold on-hold =w =w = on-hold =w =w =w"),
        ("XO/XX,RP", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w =w =w"),
        ("XO/XX,ER", "0w CANCELED CANCELED CANCELED CANCELED =w CANCELED CANCELED CANCELED =w =w =w"),
        ("XO/XX,A", "204 =w =w =w =w =w =w =w =w =w =w =w"),
        ("CA,*", "0w CANCELED CANCELED CANCELED CANCELED 207 CANCELED CANCELED CANCELED 207 =w =w"),
        ("OC,*", "0w CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w CANCELED =w"),
        ("CR,*", "0w CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w CANCELED =w"),
        ("DC,*", "204 DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED 207 =w =w"),
        ("OD,*", "0w DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED =w =w =w"),
        ("DR,*", "0w DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED =w =w =w"),
        ("HD,*", "204 =w on-hold on-hold on-hold 207 207 =w on-hold 207 207 207"),
        ("OH,*", "204 =w on-hold on-hold on-hold 207 207 =w on-hold 207 207 207"),
        ("HR,*", "204 =w on-hold on-hold on-hold 207 207 =w on-hold 207 207 207"),
        ("RL,*", "204 =w =w =w =w =w =w ARRIVED =w =w =w =w"),
        ("OE,*", "204 =w =w =w =w =w =w ARRIVED =w =w =w =w"),
        ("OR,*", "204 =w =w =w =w =w =w ARRIVED =w =w =w =w"),
        ("SC,SC", "+SCHEDULED SCHEDULED = = = = = =w =w =w =w =w"),
        ("SC,IP", "204 =w STARTED STARTED STARTED = = =w =w =w =w =w"),
        ("SC,A", "204 =w =w =w =w =w =w =w =w =w =w =w"),
        ("SC,empty", "0w =w =w =w =w =w =w =w =w =w =w =w"),
        ("SC,CM", "204 COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED = =w =w"),
        ("SC,CA", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w =w ="),
        ("SC,DC", "204 DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED DISCONTINUED =w = =w"),
        ("SC,HD", "204 =w on-hold on-hold on-hold =w =w = on-hold =w =w =w"),
        ("SC,RP", "204 CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED CANCELED =w =w =w"),
        ("SC,ER", "0w CANCELED CANCELED CANCELED CANCELED =w CANCELED CANCELED CANCELED =w =w =w"),
        ("SN,*", "+draft =w =w =w =w =w =w =w =w =w =w =w"),
        ("NA,*", "204 = = = = = = = = = = ="),
        ("PA,*", "+none CANCELED CANCELED CANCELED CANCELED =w =w CANCELED CANCELED =w =w =w"),
        ("CH,*", "+SCHEDULED =w = = = =w =w =w =w =w =w =w"),
        ("SS,*", "204 = = = = = = = = = = ="),
        ("RE,*", "0w =w =w =w =w =w =w =w =w =w =w =w"),
        ("OK/UA/UC/UD/UH/UM/UR/UX,*", "0w =w =w =w =w =w =w =w =w =w =w =w"),
        ("CN/DE/PR/SR/SU/SQ/LI/UN/RR/NR/RF/AF/DF/OF/FU/UF/CP/MC/OP/PY/RA/RC/RD,*", "0w =w =w =w =w =w =w =w =w =w =w =w"),
        ("empty,*", "101 101 101 101 101 101 101 101 101 101 101 101"),
        ("not in table 0119,*", "103 103 103 103 103 103 103 103 103 103 103 103"),
    ];

    public static TheoryData<string, string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string, string>();
        foreach (var (row, outcomes) in Expected)
            foreach (var control in row.Split(',')[0].Split('/'))
                foreach (var status in row.Split(',')[1].Split('/'))
                    for (var i = 0; i < States.Length; i++)
                        cases.Add(control, status, States[i] is { } state ? StepStates.Name(state) : "none", outcomes.Split(' ')[i]);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_control_in_every_state_does_what_the_table_says(string control, string status, string before, string expected)
    {
        var clinic = new Clinic();
        var state = Array.Find(States, s => s is { } known && StepStates.Name(known) == before);
        // The child and the number assigned must differ from what is stored, or there is nothing to do.
        var step = state is { } given ? clinic.Given(given) : null;
        var message = new GroupText
        {
            Control = control switch { "empty" => null, "not in table 0119" => "ZZ", _ => control },
            Status = status switch { "empty" => null, "*" => "SC", _ => status },
            Filler = control == "NA" ? "F7" : null,
        };

        var outcome = clinic.Send(message);

        Assert.Equal(expected, Observed(clinic, outcome, step, before));
        Assert.Equal(AnswerTo(control, status, before, expected), Assert.Single(outcome.Replies).Control);
        if (outcome.HasErrors)
        {
            Assert.False(outcome.IsKept);
            Assert.Equal(outcome.Problems[0].Code is 204 or 205 ? "ORC^1^2" : "ORC^1^1", outcome.Problems[0].Location!.ToString());
        }

        if (clinic.Steps.Count > 0) AssertResources(clinic, isError: status == "ER" && expected == "CANCELED");
    }

    [Fact]
    public void Every_row_of_the_project_table_is_expected_here_and_agrees()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Orders", "order_control.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.NotEmpty(lines);
        foreach (var cells in lines)
        {
            var (control, status, after) = (cells[0], cells[1], cells[^3]);
            // "as SC with that status": those rows differ from the SC rows only in that they always tell what they did not change.
            if (cells[2].StartsWith("as SC", StringComparison.Ordinal))
            {
                foreach (var same in status.Split('/'))
                    Assert.Equal(Words($"SC,{same}"), Words($"XO/XX,{same}"));
                continue;
            }

            var (_, outcomes) = Assert.Single(Expected, expected => expected.Row == $"{control},{status}");
            var words = outcomes.Split(' ');
            var text = string.Join(',', cells);
            foreach (var code in words.Where(w => int.TryParse(w, out var number) && number > 0).Distinct())
                Assert.True(text.Contains("AE " + code, StringComparison.Ordinal) || cells[2].StartsWith("as ", StringComparison.Ordinal) || (code == "207" && control == "RP"), $"{control},{status}: {code}");
            var named = words.Select(w => w.TrimStart('+')).Where(w => Enum.GetValues<StepState>().Any(s => StepStates.Name(s) == w)).Distinct();
            foreach (var name in named)
                Assert.True(after.Contains(name, StringComparison.Ordinal) || after == "state before the hold" || control == "PA" || cells[2].StartsWith("as ", StringComparison.Ordinal), $"{control},{status}: {name}, not {after}");
        }
    }

    [Fact]
    public void Only_new_orders_open_a_closed_step_and_nothing_opens_a_completed_one()
    {
        string[] statuses = ["", "A", "CA", "CM", "DC", "ER", "HD", "IP", "RP", "SC", "ZZ"];
        var controls = Expected.SelectMany(e => e.Row.Split(',')[0].Split('/')).Where(OrderControlTable.IsKnown).Distinct().ToList();
        var opening = new HashSet<string>();

        foreach (var control in controls)
            foreach (var status in statuses)
                foreach (var state in States.Where(s => s >= StepState.Completed))
                    if (OrderTable.Find(OrderControlTable.RequestOf(control, status), state).After is { } after && (after < StepState.Completed || state == StepState.Completed))
                        opening.Add($"{control} {state} {after}");

        Assert.Equal(["NW Canceled Scheduled", "NW Discontinued Scheduled", "RO Canceled Scheduled", "RO Discontinued Scheduled"], opening.Order());
        Assert.Equal(58, controls.Count);
    }

    private static string Words(string row) => Expected.Single(expected => expected.Row == row).Outcomes;

    /// <summary>ORC-1 of the order reply (HL7 v2.5.1 4.5.1.1): done, or unable to.</summary>
    private static string AnswerTo(string control, string status, string before, string expected)
    {
        var isRefused = int.TryParse(expected, out _);
        var isTaken = status is "empty" or "SC" or "IP" && before is not ("COMPLETED" or "DISCONTINUED" or "CANCELED");
        return control switch
        {
            "SN" => isRefused ? "UA" : "NA",
            "CA" => isRefused ? "UC" : "CR",
            "DC" => isRefused ? "UD" : "DR",
            "HD" => isRefused ? "UH" : "HR",
            "RL" => isRefused ? "UR" : "OR",
            "RP" => isRefused ? "UM" : "RQ",
            "SS" => isRefused ? "UA" : "SR",
            "XO" => isRefused || (expected == "=w" && !isTaken) ? "UX" : "XR",
            "XX" or "XR" => isRefused ? "UX" : "OK",
            _ => isRefused ? "UA" : "OK",
        };
    }

    /// <summary>FHIR R4 Task.status of the step, and ServiceRequest.status of its order.</summary>
    private static void AssertResources(Clinic clinic, bool isError)
    {
        var (task, request) = clinic.Step.StepState switch
        {
            StepState.Draft => ("draft", "draft"),
            StepState.Scheduled => ("requested", "active"),
            StepState.Arrived or StepState.Ready => ("ready", "active"),
            StepState.Started or StepState.Departed => ("in-progress", "active"),
            StepState.OnHold => ("on-hold", "on-hold"),
            StepState.Expired => ("on-hold", "active"),
            StepState.Completed => ("completed", "completed"),
            _ => ("cancelled", "revoked"),
        };
        Assert.Equal((task, isError ? "entered-in-error" : request), (OrderStatus.Task(clinic.Step), OrderStatus.ServiceRequest(clinic.Order)));
    }

    private static string Observed(Clinic clinic, ClinicAnswer outcome, StepRow? step, string before)
    {
        if (outcome.Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } error) return error.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var warned = outcome.Problems.Any(p => p.Severity == Severity.Warning) ? "w" : "";
        if (step is not null)
        {
            var after = StepStates.Name(step.StepState);
            return after == before ? "=" + warned : after;
        }

        if (clinic.Orders.Count == 0) return "0" + warned;
        return clinic.Steps.Count == 0 ? "+none" : "+" + StepStates.Name(clinic.Step.StepState);
    }
}
