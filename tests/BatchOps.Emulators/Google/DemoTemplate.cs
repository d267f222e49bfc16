namespace BatchOps.Emulators.Google;

/// <summary>
/// A quarterly report to be filled: tokens in shapes, a table, a group and notes, one token over two runs, shapes that images
/// belong into, a slide for some records only and one for each item.
/// </summary>
public static class DemoTemplate
{
    /// <summary>The id of the presentation.</summary>
    public const string Id = "demo-template";

    public static void AddTo(GoogleStore store) => store.AddPresentation(Id, "Quarterly report for {{customer}}", static deck =>
    {
        var title = deck.AddSlide("slide_title");
        title.AddShape("title_customer", "TEXT_BOX", "CENTERED_TITLE", "Report for {{customer}}");
        title.AddShape("title_quarter", "TEXT_BOX", "SUBTITLE", "{{quarter}}");
        title.AddShape("title_logo", "RECTANGLE", null, "{{logo}}");
        title.SetNotes("Welcome the people of {{customer}}.");

        var figures = deck.AddSlide("slide_figures");
        figures.AddShape("figures_title", "TEXT_BOX", "TITLE", "Figures of {{quarter}}");
        figures.AddShape("figures_total", "Total: {{to", new TextRun("tal:N0}}", Bold: true), " EUR");
        figures.AddTable("figures_table", ["Region", "Revenue"], ["North", "{{north:N0}}"], ["South", "{{south:N0}}"]);
        figures.AddShape("figures_number", new TextRun("2", AutoText: "SLIDE_NUMBER"));
        figures.SetNotes("The total is {{total:N0}}.");

        var chart = deck.AddSlide("slide_chart");
        chart.AddShape("chart_title", "TEXT_BOX", "TITLE", "Development");
        chart.AddShape("chart_image", "RECTANGLE", null, "{{chart}}");
        chart.AddGroup("chart_group", chart.AddShape("chart_legend", "Source: {{customer}}"), chart.AddShape("chart_date", "{{quarter}}"));

        var premium = deck.AddSlide("slide_premium");
        premium.AddShape("premium_marker", "{{#if premium}}");
        premium.AddShape("premium_text", "Your personal contact: {{contact}}");

        var items = deck.AddSlide("slide_items");
        items.AddShape("items_marker", "{{#each items}}");
        items.AddShape("items_name", "{{name}}");
        items.AddShape("items_price", "{{price:N2}}");
        items.SetNotes("Tell about {{name}}.");
    });
}
