using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Weight and height in the types that OBX-5 may have (HL7 v2.5.1 table 0125).</summary>
public class ObservedNumberTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("SN", "^61.5", "61.5")]
    [InlineData("SN", "=^61.5", "61.5")]
    [InlineData("NM", "61.5", "61.5")]
    [InlineData("SN", ">^61.5", null)]
    [InlineData("SN", "^60^-^65", null)]
    [InlineData("NM", "61.5~62.5", "61.5")]
    public void A_number_in_any_form_is_read_or_told(string type, string value, string? expected)
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), $"OBX|1|{type}|29463-7^Body weight^LN||{value}|kg");

        Assert.Equal(expected, Assert.Single(_his.Entries).GetString(Tags.PatientWeight));
        if (expected is null || value.Contains('~')) Assert.Equal(("102", "W", "OBX^1^5"), Head(Assert.Single(placed.Problems)));
        else Assert.Empty(placed.Problems);
    }

    /// <summary>Without the component.</summary>
    private static (string Code, string Severity, string Place) Head((string Code, string Severity, string Place) problem) =>
        (problem.Code, problem.Severity, string.Join('^', problem.Place.Split('^')[..3]));
}
