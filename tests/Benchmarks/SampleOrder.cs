using System.Globalization;
using System.Text;

namespace CloudPacs.Benchmarks;

/// <summary>A 1 KB order as a hospital sends it, with numbers of its own.</summary>
internal static class SampleOrder
{
    /// <param name="number">Number of the order.</param>
    /// <param name="patient">Number of its patient and visit; null = as the order's.</param>
    public static byte[] Create(int number, int? patient = null)
    {
        var id = number.ToString("D8", CultureInfo.InvariantCulture);
        var person = (patient ?? number).ToString("D8", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015+0530||ORM^O01|M{id}|P|2.3.1|||||IND|UNICODE UTF-8\r"
            + $"PID|1||P{person}^^^MERCY&1.2.3.4&ISO^MR||SHARMA^RAHUL^KUMAR^^MR||19800203|M|||14 MG ROAD^^PUNE^MH^411001^IND||+91-20-5550123\r"
            + $"PV1|1|O|RADOPD^ROOM2^1^MERCY||||1004^RAO^ANITA^^^DR|1005^IYER^SURESH^^^DR|||||||||||V{person}^^^MERCY\r"
            + $"ORC|NW|O{id}^HIS|F{id}^RIS||SC||^^^20260310093000+0530^^R||20260310083000|||1005^IYER^SURESH^^^DR\r"
            + $"OBR|1|O{id}^HIS|F{id}^RIS|CTCHEST^CT Chest with contrast^L^RPID16^CT CHEST W IV CONTRAST^RADLEX|||||||||Asthma|||1005^IYER^SURESH^^^DR||A{id}|R{id}|S{id}||||CT|||^^^20260310093000+0530^^R|||WALK|^Persistent cough for three weeks\r"
            + $"NTE|1||Please call the ward before the patient is fetched. Contrast agent was tolerated well in 2024.\r"
            + $"ZDS|1.2.826.0.1.3680043.10.1.{number.ToString(CultureInfo.InvariantCulture)}^RIS^Application^DICOM\r");
    }
}
