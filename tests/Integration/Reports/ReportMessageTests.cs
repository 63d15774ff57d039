using Xunit;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>Result messages become DiagnosticReports that are linked to their order, study and patient.</summary>
public class ReportMessageTests
{
    private readonly Radiology _radiology = new();

    [Fact]
    public void A_conclusion_that_FHIR_has_no_room_for_is_cut_and_told_and_the_report_has_it_whole()
    {
        var words = string.Concat(Enumerable.Repeat("Normal. ", 140_000)).Trim();

        var result = _radiology.Send(new ReportText { Results = [ReportText.Text(words)] });

        var told = Radiology.Told(result);
        Assert.Equal("AA", told[0]);
        Assert.Contains(told, static problem => problem.Contains("102", StringComparison.Ordinal));
        var report = _radiology.Report;
        Assert.Equal(1024 * 1024, ((string)report["conclusion"]!).Length);
        Assert.Equal(words.Length, (int)report["presentedForm"]![0]!["size"]!);
    }

    [Fact]
    public void A_report_is_linked_to_its_order_its_study_and_its_patient()
    {
        _radiology.Send(new ReportText().Order());

        var result = _radiology.Send(new ReportText { Reported = "20260310081500+0530" });

        Assert.Equal(["AA"], Radiology.Told(result));
        var (report, order) = (_radiology.Report, _radiology.Order);
        Assert.Equal("final", (string?)report["status"]);
        Assert.Equal($"ServiceRequest/{order.Id}", (string?)report["basedOn"]![0]!["reference"]);
        Assert.Equal($"Patient/{order.PatientId}", (string?)report["subject"]!["reference"]);
        Assert.Equal($"urn:oid:{order.Procedures[0].StudyInstanceUid}", (string?)report["imagingStudy"]![0]!["identifier"]!["value"]);
        Assert.Equal("2026-03-10T02:45:00.000Z", (string?)report["issued"]);
        Assert.Equal("Normal chest.", Radiology.TextOf(report));
        Assert.Equal("Normal chest.", (string?)report["conclusion"]);
        Assert.Equal("CTCHEST", (string?)report["code"]!["coding"]![0]!["code"]);
        Assert.Equal(["FILL:F1", "PLAC:PL1", "ACSN:ACC1"], Numbers(report));
    }

    [Fact]
    public void A_correction_that_names_another_order_shows_nothing_of_the_first_one()
    {
        _radiology.Send(new ReportText().Order().Replace("\rORC", "\rPV1|1|O|||||||||||||||||V1^^^MERCY\rORC", StringComparison.Ordinal));
        _radiology.Send(new ReportText());
        var before = _radiology.Report;

        var result = _radiology.Send(new ReportText { Status = "C", Placer = "", Accession = "ACC2", Sent = "20260310082500+0530" });

        Assert.All(["basedOn", "encounter", "imagingStudy"], element => Assert.NotNull(before[element]));
        Assert.Equal(["W204 OBR^1^3", "W207 OBR^1^3"], Radiology.Told(result)[1..].Order());
        var report = _radiology.Report;
        Assert.All(["basedOn", "encounter", "imagingStudy"], element => Assert.Null(report[element]));
        Assert.Equal(["FILL:F1", "ACSN:ACC2"], Numbers(report));
    }

    [Fact]
    public void A_report_that_comes_before_its_order_waits_for_it()
    {
        var early = _radiology.Send(new ReportText());
        var before = _radiology.Report;

        var order = _radiology.Send(new ReportText().Order());

        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(early));
        Assert.Null(before["basedOn"]);
        Assert.Equal("AA", Radiology.Told(order)[0]);
        Assert.Equal($"ServiceRequest/{_radiology.Order.Id}", (string?)_radiology.Report["basedOn"]![0]!["reference"]);
        Assert.NotNull(_radiology.Report["imagingStudy"]);
    }

    [Fact]
    public void A_report_whose_own_number_differs_from_that_of_the_order_is_found_by_the_accession_number()
    {
        _radiology.Send(new ReportText { Placer = "PL1" }.Order());

        var result = _radiology.Send(new ReportText { Placer = "", Filler = "REPORT-77" });

        Assert.Equal(["AA"], Radiology.Told(result));
        Assert.Equal(_radiology.Order.Id, _radiology.Rows.Single().OrderId);
    }

    [Theory]
    [InlineData("P", "preliminary")]
    [InlineData("R", "partial")]
    [InlineData("A", "partial")]
    [InlineData("C", "corrected")]
    [InlineData("X", "cancelled")]
    [InlineData("S", "registered")]
    [InlineData("", "final")]
    public void The_status_is_that_of_the_result(string sent, string status)
    {
        _radiology.Send(new ReportText { Status = sent });

        Assert.Equal(status, (string?)_radiology.Report["status"]);
    }

    [Fact]
    public void Lines_are_one_text_with_the_name_of_each_section()
    {
        _radiology.Send(new ReportText
        {
            Results =
            [
                "OBX|1|TX|CTCHEST&GDT^Chest||Lungs are clear.||||||F", "OBX|2|TX|CTCHEST&GDT^Chest||No effusion.~No nodule.||||||F",
                "OBX|3|FT|CTCHEST&IMP^Chest||Normal\\.br\\chest.||||||F", "NTE|1||Seen with DR^X & Y.",
            ],
        });

        Assert.Equal("Description\nLungs are clear.\nNo effusion.\nNo nodule.\n\nImpression\nNormal\nchest.", Radiology.TextOf(_radiology.Report));
        Assert.Equal("Normal\nchest.", (string?)_radiology.Report["conclusion"]);
    }

    [Fact]
    public void A_thousand_lines_and_more_are_all_in_the_text()
    {
        var result = _radiology.Send(new ReportText { Results = [.. Enumerable.Range(1, 5000).Select(static n => $"OBX|{n}|TX|FINDINGS^Findings||Line {n}||||||F")] });

        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(result));
        var lines = Radiology.TextOf(_radiology.Report).Split('\n');
        Assert.Equal((5000, "Line 1", "Line 5000"), (lines.Length, lines[0], lines[^1]));
    }

    [Theory]
    [InlineData("^application^pdf^Base64^JVBERi0xLjQK", "application/pdf", "%PDF-1.4\n")]
    [InlineData("^TX^PDF^Base64^JVBE Ri0x\\.br\\LjQK", "application/pdf", "%PDF-1.4\n")]
    [InlineData("^AP^Octet-stream^Base64^JVBERi0xLjQK", "application/pdf", "%PDF-1.4\n")]
    [InlineData("^TEXT^RTF^Base64^e1xydGYxIG9rfQ==", "application/rtf", "{\\rtf1 ok}")]
    [InlineData("^TEXT^RTF^Base64^e1xydGYxIG9rfQ", "application/rtf", "{\\rtf1 ok}")]
    [InlineData("^text^HTML^A^<b>a\\T\\b</b>", "text/html", "<b>a&b</b>")]
    [InlineData("^IM^JPEG^Hex^FFD8FF", "image/jpeg", "\u00FF\u00D8\u00FF")]
    public void A_document_is_kept_with_its_type(string value, string type, string content)
    {
        var result = _radiology.Send(new ReportText { Results = [$"OBX|1|ED|PDF^Report^L||{value}||||||F"] });

        Assert.Equal("AA", Radiology.Told(result)[0]);
        var form = Assert.Single(_radiology.Report["presentedForm"]!.AsArray())!;
        Assert.Equal(type, (string?)form["contentType"]);
        Assert.Equal(content, System.Text.Encoding.Latin1.GetString(Convert.FromBase64String((string)form["data"]!)));
        Assert.Equal("Report", (string?)form["title"]);
        Assert.Equal(content.Length, (int)form["size"]!);
    }

    [Theory]
    [InlineData("^application^pdf^Base64^SGVsbG8=", "text/plain; charset=utf-8", "Hello")]
    [InlineData("^application^pdf^A^JVBERi0xLjQK", "text/plain; charset=utf-8", "JVBERi0xLjQK")]
    [InlineData("^application^pdf^Base64^AAEC", "application/octet-stream", "\0\u0001\u0002")]
    [InlineData("^application^pdf^Base64^e1xydGYxIG9rfQ==", "application/rtf", "{\\rtf1 ok}")]
    [InlineData("^TEXT^RTF^Base64^JVBERi0xLjQK", "application/pdf", "%PDF-1.4\n")]
    [InlineData("^TEXT^^Base64^JVBERi0xLjQK", "application/pdf", "%PDF-1.4\n")]
    [InlineData("^IM^TIFF^Hex^FFD8FF", "image/jpeg", "\u00FF\u00D8\u00FF")]
    public void A_document_that_is_not_of_its_type_is_kept_as_what_it_is_and_told(string value, string type, string content)
    {
        var result = _radiology.Send(new ReportText { Results = [ReportText.Text("Text"), $"OBX|2|ED|PDF^Report^L||{value}||||||F"] });

        Assert.Contains("W102 OBX^2^5", Radiology.Told(result));
        var form = _radiology.Report["presentedForm"]![1]!;
        Assert.Equal(type, (string?)form["contentType"]);
        Assert.Equal(content, System.Text.Encoding.Latin1.GetString(Convert.FromBase64String((string)form["data"]!)));
    }

    [Theory]
    [InlineData("^application^pdf^Base64^CiVQREYtMS40Cg==")]
    [InlineData("^TEXT^RTF^Base64^77u/IHtccnRmMSBva30=")]
    public void A_document_with_something_before_its_header_is_of_its_type(string value)
    {
        var result = _radiology.Send(new ReportText { Results = [$"OBX|1|ED|PDF^Report^L||{value}||||||F"] });

        Assert.DoesNotContain("W102 OBX^1^5", Radiology.Told(result));
        Assert.StartsWith("application/", (string?)_radiology.Report["presentedForm"]![0]!["contentType"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_final_result_that_shows_nothing_is_told_unless_an_earlier_version_does()
    {
        _radiology.Send(new ReportText().Order());

        var empty = _radiology.Send(new ReportText { Results = [] });
        _radiology.Send(new ReportText { Sent = "20260310082100+0530" });
        var after = _radiology.Send(new ReportText { Sent = "20260310082200+0530", Results = [] });

        Assert.Equal(["AA", "W101 OBR^1^25"], Radiology.Told(empty));
        Assert.Equal(["AA"], Radiology.Told(after));
    }

    [Theory]
    [InlineData("^application^pdf^Base64^JVB*")]
    [InlineData("^application^pdf^Base64^JVBERi0xL")]
    [InlineData("^application^pdf^Base64^JV=ERi0x")]
    [InlineData("^application^pdf^Base64")]
    [InlineData("^application^pdf^Zip^JVBERi0xLjQK")]
    [InlineData("^application^pdf^Hex^FFD")]
    public void A_document_that_cannot_be_read_refuses_the_report(string value)
    {
        var result = _radiology.Send(new ReportText { Results = [ReportText.Text("Text"), $"OBX|2|ED|PDF^Report^L||{value}||||||F"] });

        Assert.Equal("AE", Radiology.Told(result)[0]);
        Assert.StartsWith("E102 OBX^2^5", Radiology.Told(result)[1], StringComparison.Ordinal);
        Assert.Empty(_radiology.Rows);
    }

    [Fact]
    public void A_pointer_is_kept_as_an_address_and_one_that_is_none_is_told()
    {
        var result = _radiology.Send(new ReportText
        {
            Results =
            [
                "OBX|1|RP|VIEW^Viewer||https://viewer.example/s?uid=1^^text^HTML||||||F",
                "OBX|2|RP|VIEW^Viewer||\\E\\\\E\\server\\E\\x.pdf||||||F",
                "OBX|3|RP|VIEW^Viewer||javascript:alert(1)||||||F",
            ],
        });

        var told = Radiology.Told(result)[1..].Select(static told => told.Length > 12 ? told[..12] : told).ToList();
        Assert.Contains("W102 OBX^2^5", told);
        Assert.Contains("W102 OBX^3^5", told);
        var form = Assert.Single(_radiology.Report["presentedForm"]!.AsArray())!;
        Assert.Equal(("https://viewer.example/s?uid=1", "text/html"), ((string?)form["url"], (string?)form["contentType"]));
    }

    [Fact]
    public void A_formatted_text_keeps_its_form()
    {
        _radiology.Send(new ReportText { Results = ["OBX|1|FT|R^Report||{\\E\\rtf1 one ||||||F", "OBX|2|FT|S^Second||two}||||||F"] });

        var form = Assert.Single(_radiology.Report["presentedForm"]!.AsArray())!;
        Assert.Equal(("application/rtf", "{\\rtf1 onetwo}"), ((string?)form["contentType"], ReportText.Decoded((string)form["data"]!)));
    }

    [Fact]
    public void What_stands_beside_a_formatted_text_is_a_plain_one_with_the_notes()
    {
        var result = _radiology.Send(new ReportText
        {
            Results =
            [
                "NTE|1||Seen at night.", "OBX|1|TX|R^Report||Before||||||F", "OBX|2|FT|R^Report||{\\E\\rtf1 {\\E\\b a\\E\\}} ||||||F", "OBX|3|FT|R^Report||end} after||||||F",
                "OBX|4|TX|R^Report||Behind||||||F",
            ],
        });

        Assert.Equal(["AA", "W204 OBR^1^2"], Radiology.Told(result));
        var forms = _radiology.Report["presentedForm"]!.AsArray().Select(static form => ((string?)form!["contentType"], ReportText.Decoded((string)form["data"]!)));
        Assert.Equal(
            [("application/rtf", "{\\rtf1 {\\b a\\}}end}"), ("text/plain; charset=utf-8", "Before\nafter\nBehind\nSeen at night.")], forms);
    }

    [Fact]
    public void Documents_that_are_too_large_together_are_kept_apart()
    {
        var half = Convert.ToBase64String(new byte[40 * 1024]);

        _radiology.Send(new ReportText { Results = [ReportText.Text("Text"), Document(2, half), Document(3, half), Document(4, "JVBERi0=")] });

        var forms = _radiology.Report["presentedForm"]!.AsArray();
        Assert.Equal([true, true, false, true], forms.Select(static form => form!["data"] is not null));
        Assert.StartsWith("Binary/", (string?)forms[2]!["url"], StringComparison.Ordinal);
        Assert.Single(_radiology.Rows.Single().NewBlobs);
    }

    [Fact]
    public void Two_versions_that_come_together_keep_the_documents_of_both()
    {
        _radiology.Send(new ReportText { Status = "P", Results = [Document(1, Convert.ToBase64String(new byte[70_000]))] });
        var first = (string)_radiology.Report["presentedForm"]![0]!["url"]!;

        _radiology.Send(new ReportText { Results = [Document(1, Convert.ToBase64String(new byte[80_000]))] });

        var second = (string)_radiology.Report["presentedForm"]![0]!["url"]!;
        Assert.NotEqual(first, second);
        Assert.Equal([first, second], _radiology.Rows.Single().NewBlobs.Select(static document => $"Binary/{document.BlobId}"));
    }

    [Fact]
    public void More_documents_than_a_message_may_hold_are_refused()
    {
        var many = string.Join('~', Enumerable.Repeat("^application^pdf^Base64^JVBERi0=", 500));

        var result = _radiology.Send(new ReportText { Results = [Pdf(many), Pdf(many), Pdf("^application^pdf^Base64^JVBERi0=")] });

        Assert.Equal(["AE", "E198 OBX^3"], Radiology.Told(result)[..2]);

        static string Pdf(string value) => $"OBX|1|ED|PDF^Report^L||{value}||||||F";
    }

    [Fact]
    public void The_study_that_the_report_names_counts()
    {
        _radiology.Send(new ReportText { Results = [ReportText.Text("Text"), "OBX|2|HD|113014^DICOM Study^DCM||1.2.840.99||||||O"] });

        Assert.Equal("urn:oid:1.2.840.99", (string?)_radiology.Report["imagingStudy"]![0]!["identifier"]!["value"]);
        Assert.Equal("Text", Radiology.TextOf(_radiology.Report));
    }

    [Fact]
    public void Without_OBR_the_message_is_refused_at_it()
    {
        var result = _radiology.Send(new ReportText { HasOrder = false });

        Assert.Equal(["AE", "E100 OBR^1"], Radiology.Told(result));
    }

    [Fact]
    public void Without_a_number_the_message_is_refused_at_it()
    {
        var result = _radiology.Send(new ReportText { Placer = "", Filler = "", Accession = "" });

        Assert.Equal(["AE", "E101 OBR^1^3"], Radiology.Told(result));
    }

    [Fact]
    public void Without_what_was_examined_the_message_is_refused()
    {
        Assert.Equal(["AE", "E101 OBR^1^4"], Radiology.Told(_radiology.Send(new ReportText { Code = "" })));
    }

    [Fact]
    public void A_status_that_is_none_of_a_report_is_refused_at_it()
    {
        Assert.Equal(["AE", "E103 OBR^1^25"], Radiology.Told(_radiology.Send(new ReportText { Status = "Z" })));
    }

    [Fact]
    public void A_report_about_nobody_is_refused_unless_its_order_is_known()
    {
        var before = _radiology.Send(new ReportText { HasPatient = false });
        _radiology.Send(new ReportText().Order());

        var after = _radiology.Send(new ReportText { HasPatient = false });

        Assert.Equal(["AE", "E101 PID^1^3"], Radiology.Told(before));
        Assert.Equal(["AA", "W101 PID^1^3"], Radiology.Told(after));
        Assert.Equal(_radiology.Order.PatientId, _radiology.Rows.Single().PatientId);
    }

    [Fact]
    public void A_report_of_somebody_elses_order_is_refused()
    {
        _radiology.Send(new ReportText().Order());

        var result = _radiology.Send(new ReportText { Patient = "P200^^^MERCY^MR" });

        Assert.Equal(["AE", "E205 OBR^1^2"], Radiology.Told(result));
    }

    private static string Document(int number, string data) => $"OBX|{number}|ED|PDF^Report^L||^application^pdf^Base64^{data}||||||F";

    private static IEnumerable<string> Numbers(System.Text.Json.Nodes.JsonObject report) => report["identifier"]!.AsArray()
        .Select(static number => $"{number!["type"]!["coding"]![0]!["code"]}:{number["value"]}");
}
