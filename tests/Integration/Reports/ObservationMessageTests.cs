using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>Discrete results become Observations; what their type does not hold is kept as a text.</summary>
public class ObservationMessageTests
{
    private readonly Radiology _radiology = new();

    [Theory]
    [InlineData("NM", "72", """{"value":72,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}""", "valueQuantity")]
    [InlineData("NM", "<5.20", """{"value":5.20,"comparator":"<","unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}""", "valueQuantity")]
    [InlineData("SN", ">=^10", """{"value":10,"comparator":">=","unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}""", "valueQuantity")]
    [InlineData("SN", "^182", """{"value":182,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}""", "valueQuantity")]
    [InlineData("SN", "^1^:^128", """{"numerator":{"value":1,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"},"denominator":{"value":128}}""", "valueRatio")]
    [InlineData("SN", ">^1^:^128", """{"numerator":{"value":1,"comparator":">","unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"},"denominator":{"value":128}}""", "valueRatio")]
    [InlineData("SN", "=^1^/^2", """{"numerator":{"value":1,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"},"denominator":{"value":2}}""", "valueRatio")]
    [InlineData("SN", "=^1^-^2", """{"low":{"value":1,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"},"high":{"value":2,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}}""", "valueRange")]
    [InlineData("SN", "=^5", """{"value":5,"unit":"per minute","system":"http://unitsofmeasure.org","code":"/min"}""", "valueQuantity")]
    [InlineData("SN", "<>^5", "\"<>5 per minute\"", "valueString")]
    [InlineData("SN", "<>^1^:^2", "\"<>1:2 per minute\"", "valueString")]
    [InlineData("SN", ">^1^-^2", "\">1-2 per minute\"", "valueString")]
    [InlineData("SN", "^2^+", "\"2+ per minute\"", "valueString")]
    [InlineData("CWE", "260385009^Negative^SCT", """{"coding":[{"system":"http://snomed.info/sct","code":"260385009","display":"Negative"}]}""", "valueCodeableConcept")]
    [InlineData("DT", "20090505", "\"2009-05-05\"", "valueDateTime")]
    [InlineData("TM", "0905", "\"09:05:00\"", "valueTime")]
    [InlineData("ST", "Isolated", "\"Isolated\"", "valueString")]
    [InlineData("NM", "37.0~37.1", "\"37.0\\n37.1\"", "valueString")]
    public void A_value_has_the_type_that_the_message_names(string type, string value, string expected, string element)
    {
        var result = _radiology.Send(new ReportText { Results = [$"OBX|1|{type}|8867-4^Heart rate^LN||{value}|/min^per minute^UCUM||H|||F"] });

        Assert.Equal("AA", Radiology.Told(result)[0]);
        var observation = Single();
        Assert.Equal(expected, observation[element]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Single(observation, static member => member.Key.StartsWith("value", StringComparison.Ordinal));
        Assert.Equal(("final", "8867-4"), ((string?)observation["status"], (string?)observation["code"]!["coding"]![0]!["code"]));
        Assert.Equal("H", (string?)observation["interpretation"]![0]!["coding"]![0]!["code"]);
        Assert.Equal($"Observation/{observation["id"]}", (string?)_radiology.Report["result"]![0]!["reference"]);
        Assert.Null(_radiology.Report["presentedForm"]);
    }

    [Theory]
    [InlineData("NM", "!@#$")]
    [InlineData("DT", "DTValue")]
    [InlineData("TM", "TMValue")]
    [InlineData("SN", "abc")]
    public void A_value_that_is_not_of_its_type_is_kept_as_a_text_and_told(string type, string value)
    {
        var result = _radiology.Send(new ReportText { Results = [$"OBX|1|{type}|8867-4^Heart rate^LN||{value}||||||F"] });

        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(result)[..2]);
        Assert.Contains(Radiology.Told(result), static told => told.StartsWith("W102 OBX^1^5", StringComparison.Ordinal));
        Assert.Equal(value, (string?)Single()["valueString"]);
    }

    [Fact]
    public void A_value_of_another_type_takes_the_place_of_the_former()
    {
        _radiology.Send(new ReportText { Status = "P", Results = ["OBX|1|NM|8867-4^Heart rate^LN||72||||||P"] });

        _radiology.Send(new ReportText { Results = ["OBX|1|CWE|8867-4^Heart rate^LN||N^Normal^L||||||F"] });

        Assert.Null(Single()["valueQuantity"]);
        Assert.Equal(("Normal", "final"), ((string?)Single()["valueCodeableConcept"]!["coding"]![0]!["display"], (string?)Single()["status"]));
    }

    [Fact]
    public void A_result_that_could_not_be_had_says_so()
    {
        _radiology.Send(new ReportText { Results = ["OBX|1|NM|8867-4^Heart rate^LN||||||||X"] });

        Assert.Equal(("cancelled", "not-performed"), ((string?)Single()["status"], (string?)Single()["dataAbsentReason"]!["coding"]![0]!["code"]));
    }

    [Fact]
    public void A_deleted_result_is_entered_in_error_and_no_text()
    {
        _radiology.Send(new ReportText { Results = [ReportText.Text("Text"), "OBX|2|NM|8867-4^Heart rate^LN||72||||||F"] });

        _radiology.Send(new ReportText { Status = "C", Results = [ReportText.Text("Text"), "OBX|2|NM|8867-4^Heart rate^LN||72||||||D"] });

        Assert.Equal("entered-in-error", (string?)Single()["status"]);
        Assert.Equal("Text", Radiology.TextOf(_radiology.Report));
    }

    [Fact]
    public void A_cancelled_report_takes_its_results_with_it()
    {
        _radiology.Send(new ReportText { Results = ["OBX|1|NM|8867-4^Heart rate^LN||72||||||F"] });

        _radiology.Send(new ReportText { Status = "X", Sent = "20260310082500+0530", Results = [] });

        Assert.Equal(("cancelled", "cancelled"), ((string?)_radiology.Report["status"], (string?)Single()["status"]));
    }

    [Fact]
    public void What_names_no_code_is_text()
    {
        _radiology.Send(new ReportText { Results = ["OBX|1|NM|||10||||||F", "OBX|2||||Some words||||||F"] });

        Assert.Equal("10\nSome words", Radiology.TextOf(_radiology.Report));
        Assert.Empty(_radiology.Rows.Single().Observations);
    }

    [Fact]
    public void A_status_that_is_not_in_the_table_is_refused_at_it()
    {
        var result = _radiology.Send(new ReportText { Results = ["OBX|1|NM|8867-4^Heart rate^LN||72||||||Q"] });

        Assert.Equal("AE", Radiology.Told(result)[0]);
        Assert.StartsWith("E103 OBX^1^11", Radiology.Told(result)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void More_results_than_a_message_may_hold_are_refused()
    {
        var result = _radiology.Send(new ReportText { Results = [.. Enumerable.Range(1, 1001).Select(static n => $"OBX|{n}|NM|{n}^N^L||{n}||||||F"), "OBR|2|PL2|F2|CTHEAD^CT Head^L", ReportText.Text("Text")] });

        Assert.Equal(["AE", "E198 OBX^1001"], Radiology.Told(result)[..2]);
    }

    [Fact]
    public void Results_of_one_code_without_a_sub_id_are_told_apart_by_their_position()
    {
        var first = _radiology.Send(new ReportText { Status = "P", Results = [Size(1, "12", "P"), Size(2, "7", "P")] });

        var second = _radiology.Send(new ReportText { Results = [Size(1, "12", "F"), Size(2, "8", "F")] });

        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(first));
        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(second));
        Assert.Equal([("12", "final"), ("8", "final")], Sizes());
        Assert.Equal(2, _radiology.Report["result"]!.AsArray().Count);
    }

    [Fact]
    public void A_version_with_fewer_results_of_one_code_than_there_are_is_told_which_one_it_changed()
    {
        _radiology.Send(new ReportText { Results = [Size(1, "12", "F"), Size(2, "7", "F")] });

        var result = _radiology.Send(new ReportText { Status = "C", Results = [ReportText.Text("Text"), Size(2, "9", "C")] });

        Assert.Equal(["AA", "W204 OBR^1^2", "W207 OBX^2^4"], Radiology.Told(result));
        Assert.Equal([("9", "corrected"), ("7", "final")], Sizes());
    }

    [Fact]
    public void A_report_does_not_grow_beyond_its_limit_by_many_messages()
    {
        _radiology.Send(new ReportText { Status = "P", Results = Many(1, 600) });
        var last = _radiology.Send(new ReportText { Status = "P", Results = Many(601, 1000) });

        var result = _radiology.Send(new ReportText { Results = [Size(1, "12", "F", "1"), Size(2, "13", "F", "1001")] });

        Assert.Equal("AA", Radiology.Told(last)[0]);
        Assert.Equal("AE", Radiology.Told(result)[0]);
        Assert.Contains("E198 OBX^2", Radiology.Told(result));
        Assert.Equal((1000, "preliminary"), (_radiology.Rows.Single().Observations.Count, (string?)_radiology.Report["status"]));

        static string[] Many(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(static n => Size(n, "1", "P", $"{n}"))];
    }

    [Fact]
    public void Comments_and_how_it_was_found_stand_with_the_result()
    {
        _radiology.Send(new ReportText
        {
            Results =
            [
                "OBX|1|NM|8867-4^Heart rate^LN||72||60-100||||F|||20260310075500+0530||77^CURIE^MARIE|AUTO^Automatic^L|MON1", "NTE|1||At rest.",
                "NTE|2||Sitting.", "OBX|2|TX|X^Text||Words||||||F",
            ],
        });

        var observation = Single();
        Assert.Equal(["At rest.", "Sitting."], observation["note"]!.AsArray().Select(static note => (string?)note!["text"]));
        Assert.Equal(
            ("2026-03-10T07:55:00+05:30", "MARIE CURIE", "AUTO", "MON1", "60-100"),
            ((string?)observation["effectiveDateTime"], (string?)observation["performer"]![0]!["display"],
                (string?)observation["method"]!["coding"]![0]!["code"], (string?)observation["device"]!["display"],
                (string?)observation["referenceRange"]![0]!["text"]));
    }

    private static string Size(int number, string value, string status, string subId = "") =>
        $"OBX|{number}|NM|21889-1^Size^LN|{subId}|{value}||||||{status}";

    private IEnumerable<(string? Value, string? Status)> Sizes() => _radiology.Rows.Single().Observations
        .Select(row => _radiology.Resource("Observation", row.Id))
        .Select(static resource => (resource["valueQuantity"]!["value"]!.ToJsonString(), (string?)resource["status"]))!;

    private JsonObject Single() => _radiology.Resource("Observation", _radiology.Rows.Single().Observations.Single().Id);
}
