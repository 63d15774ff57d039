using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What nobody sees is taken out of names and texts and told; an id with it is refused.</summary>
public class HiddenTextTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("PID-5=RAO\u0000^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RAO^ANI\u202ETA", "RAO^ANITA", "PID^1^5^1^2")]
    [InlineData("PID-5=RAO^AN\\X00\\ITA", "RAO^ANITA", "PID^1^5^1^2")]
    [InlineData("PID-5=R\u200BAO^\uFEFFANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RA\u00ADO^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RAO^ANITA\u2067", "RAO^ANITA", "PID^1^5^1^2")]
    [InlineData("PID-5=RAO\u0007^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RA\uFE0FO^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RA\u200DO^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=RA\uDB40\uDD00O^ANITA", "RAO^ANITA", "PID^1^5^1^1")]
    [InlineData("PID-5=van\u200EDam&van&Dam^ANITA", "vanDam^ANITA", "PID^1^5^1^1")]
    public void In_the_name_of_the_patient(string field, string shown, string place)
    {
        var reply = _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], field));

        Assert.Equal("AA", reply.Code);
        Assert.All(reply.Problems, static problem => Assert.Equal(("102", "W"), (problem.Code, problem.Severity)));
        Assert.Equal(place, reply.Problems[0].Place);
        Assert.Equal(shown, Assert.Single(_his.Entries).GetString(Tags.PatientName));
        Assert.DoesNotContain("\u202E", Assert.Single(_his.Resources("Patient")).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OBR-4=CTCHEST^CT \u202EChest^L", "OBR^1^4^1^2", "00321060", "CT Chest")]
    [InlineData("OBR-13=pace\u200Bmaker", "OBR^1^13^1^1", "00102000", "pacemaker")]
    [InlineData("OBR-16=1^DO\u0000C^D", "OBR^1^16^1^2", "00321032", "DOC^D")]
    [InlineData("NTE-3=bring\u2066 films", "NTE^1^3^1^1", "00401400", "bring films")]
    [InlineData("OBR-31=^pa\u00ADin", "OBR^1^31^1^2", "00401002", "pain")]
    public void In_a_text(string field, string place, string attribute, string shown)
    {
        var reply = _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"), "NTE|1||"], field));

        Assert.Equal(("AA", ("102", "W", place)), (reply.Code, Assert.Single(reply.Problems)));
        Assert.Equal(shown, Assert.Single(_his.Entries).GetString(Tag.Parse(attribute)));
    }

    [Theory]
    [InlineData("PID-5=\u0643\u0627\u0638\u0645\u200C\u0632\u0627\u062F\u0647^\u0639\u0644\u06CC")]
    [InlineData("PID-5=\u0936\u0930\u094D\u200D\u092E\u093E^\u0930\u093E\u0939\u0941\u0932")]
    [InlineData("PID-5=\u845B\uDB40\uDD00\u57CE^\u4E00")]
    public void What_letters_are_written_with_stays(string field)
    {
        var reply = _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], field));

        Assert.Empty(reply.Problems);
        Assert.Equal(field[6..], Assert.Single(_his.Entries).GetString(Tags.PatientName));
    }

    [Theory]
    [InlineData("PID-3=MRN\u202E1^^^MERCY^MR", "PID^1^3")]
    [InlineData("PID-3=MRN\\X00\\1^^^MERCY^MR", "PID^1^3")]
    [InlineData("OBR-18=ACC\u200B1", "OBR^1^18")]
    [InlineData("ORC-2=P\u00AD1^HIS", "ORC^1^2")]
    public void An_id_with_it_is_refused(string field, string place)
    {
        var reply = _his.Send("ORM^O01", FieldText.With([HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")], field));

        Assert.Equal("AE", reply.Code);
        Assert.StartsWith(place, reply.Problems[0].Place, StringComparison.Ordinal);
        Assert.Empty(_his.Engine.Workspace.Rows);
    }
}
