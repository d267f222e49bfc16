using DocumentFormat.OpenXml.Packaging;

namespace BatchOps.Slides.Tests;

/// <summary>A bar chart with a title, two categories and their numbers.</summary>
internal static class Charts
{
    public static ChartPart Add(SlidePart slide, string title, byte[] workbook, string[] categories, string[] numbers)
    {
        var chart = slide.AddNewPart<ChartPart>("rIdChart");
        var book = chart.AddNewPart<EmbeddedPackagePart>("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "rIdBook");
        using (var stream = new MemoryStream(workbook))
        {
            book.FeedData(stream);
        }

        Deck.Put(chart, $"""
            <c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {Deck.Namespaces}><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>{title}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/><c:cat><c:strRef><c:f>Sheet1!$A$2:$A$3</c:f><c:strCache><c:ptCount val="2"/>{Points(categories)}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$B$2:$B$3</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="2"/>{Points(numbers)}</c:numCache></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart><c:externalData r:id="rIdBook"/></c:chartSpace>
            """);
        return chart;

        static string Points(string[] values) => string.Concat(values.Select((value, i) => value.Length == 0 ? string.Empty : $"<c:pt idx=\"{i}\"><c:v>{value}</c:v></c:pt>"));
    }

    public static string Frame(int id, string name) =>
        $"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"{id}\" name=\"{name}\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"4000000\" cy=\"3000000\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" r:id=\"rIdChart\"/></a:graphicData></a:graphic></p:graphicFrame>";
}
