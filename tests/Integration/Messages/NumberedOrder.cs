namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Small orders with a sequence number.</summary>
internal static class NumberedOrder
{
    public static string Text(string controlId, string number, string order = "1", string version = "2.5.1", string acknowledgments = "|") =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|{controlId}|P|{version}|{number}||{acknowledgments}\r"
        + $"PID|1||PAT{order}^^^MERCY||DOE^JANE||19800203|F\rORC|NW|PL{order}^HIS|FI{order}^RIS|||||||||||\r"
        + $"OBR|1|PL{order}^HIS|FI{order}^RIS|CTCHEST^CT Chest^L||||||||||||||ACC{order}|RP{order}|SP{order}||||CT|||^^^20260310093000^^R\r";
}
