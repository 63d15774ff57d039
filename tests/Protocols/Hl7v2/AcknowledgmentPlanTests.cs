using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class AcknowledgmentPlanTests
{
    private static readonly string[] Types = ["", "AL", "NE", "ER", "SU"];

    // What each outcome is called in each phase: accept code, application code (HL7 v2.5.1 2.9.2, 2.9.3).
    private static readonly Dictionary<MessageOutcome, (string Accept, string Application)> Codes = new()
    {
        [MessageOutcome.Applied] = ("CA", "AA"),
        [MessageOutcome.ContentError] = ("CA", "AE"),
        [MessageOutcome.Rejected] = ("CR", "AR"),
        [MessageOutcome.NotStored] = ("CE", "AR"),
        [MessageOutcome.Refused] = ("CE", "AE"),
    };

    // Table 0155: on success, on error.
    private static readonly Dictionary<string, (bool Success, bool Failure)> Conditions = new()
    {
        [""] = (false, false),
        ["NE"] = (false, false),
        ["AL"] = (true, true),
        ["ER"] = (false, true),
        ["SU"] = (true, false),
    };

    public static TheoryData<string, string, MessageOutcome> Combinations
    {
        get
        {
            var data = new TheoryData<string, string, MessageOutcome>();
            foreach (var accept in Types)
            {
                foreach (var application in Types)
                {
                    foreach (var outcome in Enum.GetValues<MessageOutcome>()) data.Add(accept, application, outcome);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void The_fields_decide_on_an_auto_link(string accept, string application, MessageOutcome outcome)
    {
        var plan = AcknowledgmentPlan.Decide(accept, application, AcknowledgmentMode.Auto, outcome);

        var (acceptCode, applicationCode) = Codes[outcome];
        if (accept == "" && application == "")
        {
            AssertPlan(null, applicationCode, plan);
            return;
        }

        var isStored = acceptCode == "CA";
        var sendsAccept = isStored ? Conditions[accept].Success : Conditions[accept].Failure;
        var sendsApplication = applicationCode == "AA" ? Conditions[application].Success : Conditions[application].Failure;
        // After CR or CE there is no second phase; without a first phase the one answer is that of original mode.
        if (!isStored && accept is "AL" or "ER" or "SU") sendsApplication = false;
        AssertPlan(sendsAccept ? acceptCode : null, sendsApplication ? applicationCode : null, plan);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void An_original_link_always_gets_one_application_acknowledgement(string accept, string application, MessageOutcome outcome)
    {
        AssertPlan(null, Codes[outcome].Application, AcknowledgmentPlan.Decide(accept, application, AcknowledgmentMode.Original, outcome));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_commit_link_always_gets_one_accept_acknowledgement_that_tells_the_outcome(string accept, string application, MessageOutcome outcome)
    {
        var expected = outcome == MessageOutcome.ContentError ? "CE" : Codes[outcome].Accept;

        AssertPlan(expected, null, AcknowledgmentPlan.Decide(accept, application, AcknowledgmentMode.Commit, outcome));
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void An_enhanced_link_takes_empty_fields_as_always(string accept, string application, MessageOutcome outcome)
    {
        var plan = AcknowledgmentPlan.Decide(accept, application, AcknowledgmentMode.Enhanced, outcome);

        var isEmpty = accept == "" && application == "";
        Assert.Equal(AcknowledgmentPlan.Decide(isEmpty ? "AL" : accept, isEmpty ? "AL" : application, AcknowledgmentMode.Auto, outcome), plan);
    }

    [Theory]
    [InlineData("AL", "NE", MessageOutcome.Applied, "CA", null)]
    [InlineData("AL", "AL", MessageOutcome.ContentError, "CA", "AE")]
    [InlineData("AL", "AL", MessageOutcome.Rejected, "CR", null)]
    [InlineData("NE", "AL", MessageOutcome.Rejected, null, "AR")]
    [InlineData("", "AL", MessageOutcome.Applied, null, "AA")]
    [InlineData("SU", "AL", MessageOutcome.NotStored, null, null)]
    [InlineData("ER", "ER", MessageOutcome.Applied, null, null)]
    [InlineData("NE", "NE", MessageOutcome.ContentError, null, null)]
    [InlineData("al", "ne", MessageOutcome.Applied, "CA", null)]
    [InlineData("XX", "NE", MessageOutcome.Applied, "CA", null)]
    public void Examples_from_the_standard_hold(string accept, string application, MessageOutcome outcome, string? expectedAccept, string? expectedApplication)
    {
        AssertPlan(expectedAccept, expectedApplication, AcknowledgmentPlan.Decide(accept, application, AcknowledgmentMode.Auto, outcome));
    }

    [Theory]
    [InlineData("AA", "", null)]
    [InlineData("AA", "AL", "CA")]
    [InlineData("AE", "NE", null)]
    [InlineData("CA", "AL", null)]
    [InlineData("CR", "AL", null)]
    public void An_acknowledgement_is_answered_only_when_it_asks_and_an_accept_acknowledgement_never(string code, string acceptType, string? expected)
    {
        var message = Parse($"MSH|^~\\&|||||||ACK|1|P|2.5|||{acceptType}|AL\rMSA|{code}|7\r");

        foreach (var mode in Enum.GetValues<AcknowledgmentMode>()) AssertPlan(expected, null, AcknowledgmentPlan.Decide(message, mode, MessageOutcome.Applied));
    }

    [Fact]
    public void A_message_is_decided_by_its_header()
    {
        AssertPlan("CA", null, AcknowledgmentPlan.Decide(Parse(Order), AcknowledgmentMode.Auto, MessageOutcome.Applied));
        AssertPlan(null, "AA", AcknowledgmentPlan.Decide(Parse(Order), AcknowledgmentMode.Original, MessageOutcome.Applied));
    }

    private static void AssertPlan(string? accept, string? application, AcknowledgmentPlan plan)
    {
        Assert.Equal(accept, plan.Accept?.ToString());
        Assert.Equal(application, plan.Application?.ToString());
    }
}
