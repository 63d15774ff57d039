using Xunit;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>Document messages (MDM): each document a report of its own, by its number.</summary>
public class DocumentMessageTests
{
    private readonly Radiology _radiology = new();

    [Theory]
    [InlineData("T01", "AU", "", "final")]
    [InlineData("T02", "AU", "", "final")]
    [InlineData("T02", "LA", "AV", "final")]
    [InlineData("T02", "DO", "", "preliminary")]
    [InlineData("T02", "PA", "", "preliminary")]
    [InlineData("T02", "IP", "", "partial")]
    [InlineData("T01", "DI", "", "registered")]
    [InlineData("T08", "AU", "", "final")]
    [InlineData("T04", "AU", "OB", "entered-in-error")]
    [InlineData("T04", "AU", "CA", "cancelled")]
    [InlineData("T11", "IN", "UN", "cancelled")]
    public void A_document_is_a_report_in_the_state_that_TXA_tells(string trigger, string completion, string availability, string status)
    {
        _radiology.Send(new ReportText().Order());

        var result = Send(trigger, "D1", completion: completion, availability: availability);

        Assert.Equal(["AA"], Radiology.Told(result));
        Assert.Equal(status, (string?)_radiology.Report["status"]);
        Assert.Equal($"ServiceRequest/{_radiology.Order.Id}", (string?)_radiology.Report["basedOn"]![0]!["reference"]);
        Assert.Equal("History is well.", Radiology.TextOf(_radiology.Report));
    }

    [Fact]
    public void A_status_message_without_content_changes_the_state_alone()
    {
        Send("T02", "D1", completion: "DO");

        Send("T03", "D1", completion: "AU", text: null, sent: 5);

        Assert.Equal("final", (string?)_radiology.Report["status"]);
        Assert.Equal("History is well.", Radiology.TextOf(_radiology.Report));
    }

    [Theory]
    [InlineData("T02", "AU", "AE E101 OBX^1^5")]
    [InlineData("T04", "LA", "AE E101 OBX^1^5")]
    [InlineData("T06", "AU", "AE E101 OBX^1^5")]
    [InlineData("T08", "AU", "AE E101 OBX^1^5")]
    [InlineData("T10", "AU", "AE E101 OBX^1^5")]
    [InlineData("T02", "DI", "AA W101 OBX^1^5")]
    [InlineData("T01", "AU", "AA")]
    [InlineData("T03", "AU", "AA")]
    public void A_document_that_comes_with_its_content_is_not_final_and_empty(string trigger, string completion, string told)
    {
        _radiology.Send(new ReportText().Order());

        var result = Send(trigger, "D1", completion: completion, text: null);

        Assert.Equal(told, string.Join(' ', Radiology.Told(result)));
        Assert.Equal(told.StartsWith("AE", StringComparison.Ordinal), _radiology.Rows.Count == 0);
    }

    [Fact]
    public void A_document_that_is_known_keeps_its_content_when_an_event_with_content_brings_none()
    {
        _radiology.Send(new ReportText().Order());
        Send("T02", "D1", completion: "DO");

        var result = Send("T04", "D1", completion: "AU", text: null, sent: 5);
        var cancelled = Send("T04", "D1", completion: "AU", availability: "CA", text: null, sent: 6);

        Assert.Equal(["AA", "W101 OBX^1^5"], Radiology.Told(result));
        Assert.Equal(["AA"], Radiology.Told(cancelled));
        Assert.Equal(("cancelled", "History is well."), ((string?)_radiology.Report["status"], Radiology.TextOf(_radiology.Report)));
    }

    [Theory]
    [InlineData("T06", "appended", "final", "addendumOf")]
    [InlineData("T10", "entered-in-error", "corrected", "replaces")]
    public void An_addendum_or_replacement_shows_in_both_documents(string trigger, string first, string second, string extension)
    {
        Send("T02", "D1");

        Send(trigger, "D2", parent: "D1", text: "More.", sent: 5);

        var (one, other) = (Of("D1"), Of("D2"));
        Assert.Equal((first, second), ((string?)one["status"], (string?)other["status"]));
        Assert.Equal(("History is well.", "More."), (Radiology.TextOf(one), Radiology.TextOf(other)));
        Assert.EndsWith("diagnosticReport-" + extension, (string?)other["extension"]![0]!["url"], StringComparison.Ordinal);
        Assert.Equal("DiagnosticReport/" + one["id"], (string?)other["extension"]![0]!["valueReference"]!["reference"]);
    }

    [Fact]
    public void An_addendum_that_comes_first_is_told_and_shows_when_its_document_comes()
    {
        var early = Send("T06", "D2", parent: "D1", text: "More.", sent: 5);

        Send("T02", "D1");

        Assert.Contains("W204 TXA^1^13", Radiology.Told(early));
        Assert.Equal("appended", (string?)Of("D1")["status"]);
    }

    [Fact]
    public void A_document_that_is_named_by_an_event_that_makes_no_link_is_told_unless_it_is_linked_already()
    {
        Send("T02", "D1");
        var unlinked = Send("T02", "D2", parent: "D1", sent: 1);
        Send("T06", "D2", parent: "D1", sent: 2);

        var again = Send("T08", "D2", parent: "D1", sent: 3);
        var another = Send("T08", "D2", parent: "D3", sent: 4);

        Assert.Contains("W207 TXA^1^13", Radiology.Told(unlinked));
        Assert.DoesNotContain("W207 TXA^1^13", Radiology.Told(again));
        Assert.Contains("W207 TXA^1^13", Radiology.Told(another));
        Assert.Equal("final", (string?)Of("D1")["status"]);
    }

    [Fact]
    public void A_document_without_a_number_is_refused_at_it()
    {
        Assert.Equal(["AE", "E101 TXA^1^12"], Radiology.Told(Send("T02", "")));
    }

    [Fact]
    public void A_document_message_without_TXA_is_refused()
    {
        var message = new ReportText { Type = "MDM^T02", Results = [] }.ToString();

        Assert.Equal(["AE", "E100 OBR^1"], Radiology.Told(_radiology.Send(message)));
    }

    [Fact]
    public void Of_several_orders_the_first_is_linked_and_the_others_are_told()
    {
        var message = new ReportText { Type = "MDM^T02" };
        var result = _radiology.Send(message with
        {
            Results = ["ORC|RE|PL2|F2", "OBR|2|PL2|F2|CTHEAD^CT Head^L", Txa("D1", "AU", "", null), ReportText.Text("Both.")],
        });

        Assert.Contains("W207 OBR^2^3", Radiology.Told(result));
        Assert.Equal(("PL1", "Both."), (_radiology.Rows.Single().PlacerNumber!.Value.Value, Radiology.TextOf(_radiology.Report)));
    }

    [Fact]
    public void The_order_may_stand_in_TXA_alone()
    {
        _radiology.Send(new ReportText().Order());

        var result = _radiology.Send(new ReportText
        {
            Type = "MDM^T02", HasOrder = false, Results = [Txa("D1", "AU", "", null) + "", ReportText.Text("Alone.")],
        });

        Assert.Equal(["AA"], Radiology.Told(result));
        Assert.Equal(_radiology.Order.Id, _radiology.Rows.Single().OrderId);
        Assert.Equal("DI", (string?)_radiology.Report["code"]!["coding"]![0]!["code"]);
    }

    private System.Text.Json.Nodes.JsonObject Of(string document) =>
        _radiology.Resource("DiagnosticReport", _radiology.Rows.Single(row => row.Number.Value == document).Id);

    private CloudPacs.Integration.Messages.AppliedResult Send(
        string trigger, string document, string completion = "AU", string availability = "", string? parent = null,
        string? text = "History is well.", int sent = 0) => _radiology.Send(new ReportText
        {
            Type = "MDM^" + trigger, Sent = $"2026031008{sent:00}00+0530",
            Results = [Txa(document, completion, availability, parent), .. text is null ? Array.Empty<string>() : [ReportText.Text(text)]],
        });

    private static string Txa(string document, string completion, string availability, string? parent) =>
        $"TXA|1|DI^Diagnostic imaging^L|TX|20260310080000+0530||||||||{document}|{parent}|PL1|F1||{completion}||{availability}";
}
