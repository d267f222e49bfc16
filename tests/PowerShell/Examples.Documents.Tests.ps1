BeforeDiscovery {
    $missing = foreach ($tool in 'pdftotext') { if (-not (Get-Command $tool -CommandType Application -ErrorAction Ignore)) { $tool } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'
    $examples = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    Import-Module "$examples/SmallPdf.psm1"
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Assert-NoWorker
}

Describe 'FillDecks' {
    It 'makes a deck for each customer, and tidies up its pictures' {
        # A folder of its own for what is temporary: other suites use the machine's.
        $before = $env:TMPDIR, $env:TEMP, $env:TMP
        $env:TMPDIR = $env:TEMP = $env:TMP = (New-Item -ItemType Directory temporary).FullName
        try { $decks = @(& "$examples/FillDecks.ps1" -OutputFolder decks) }
        finally { $env:TMPDIR, $env:TEMP, $env:TMP = $before }
        $decks | Should -HaveCount 6
        $decks.Status | Select-Object -Unique | Should -Be 'Succeeded'
        ($decks | Where-Object Presentation -eq 'Contoso').Slides | Should -Be 5
        ($decks | Where-Object Presentation -eq 'Fabrikam').Slides | Should -Be 4
        $decks.ImagesReplaced | Select-Object -Unique | Should -Be 2
        (Get-ChildItem decks).Name | Should -Contain 'Woodgrove_Bank.pptx'
        Get-ChildItem temporary -Filter 'batchops-*' | Should -BeNullOrEmpty
    }

    It 'takes a table of its user' {
        'customer,contact,plan,premium,region,revenue,growth,orders,q1,q2,q3,q4', 'One,A,B,,C,1,2,3,4,5,6,7' | Set-Content own.csv
        (& "$examples/FillDecks.ps1" -Customer own.csv -OutputFolder own).Presentation | Should -Be 'One'
    }
}

Describe 'FillGoogleDecks' {
    It 'makes a deck for each record although calls fail' {
        $decks = @(& "$examples/FillGoogleDecks.ps1" -Count 6 -JournalPath decks.db -ServiceOption '--write-latency', 5, '--fail-503-rate', 0.1 6>$null)
        $decks | Should -HaveCount 6
        $decks.Status | Select-Object -Unique | Should -Be 'Succeeded'
    }
}

Describe 'The examples of PDF files' -Skip:([bool] $missing) {
    It 'ExtractText writes a text file for each file' {
        Export-SmallPdf a.pdf 'First', 'Second'
        Export-SmallPdf b.pdf @(, @('Third'))
        $files = @(& "$examples/ExtractText.ps1" a.pdf, b.pdf -OutputFolder text 6>$null)
        $files.Name | Sort-Object | Should -Be 'a.txt', 'b.txt'
        Get-Content text/a.txt -Raw | Should -Match "First[\s\S]*\f[\s\S]*Second"
    }

    It 'ExtractTables writes a CSV file for each table' {
        $rows = foreach ($row in 0..5) { foreach ($column in 0..1) { "$(60 + 200 * $column) $(700 - 22 * $row) $(if ($row) { 10 * $row + $column } else { @('Key', 'Value')[$column] })" } }
        Export-SmallPdf t.pdf @(, $rows)
        $table = & "$examples/ExtractTables.ps1" t.pdf -OutputFolder tables
        (Import-Csv $table.File)[1].Value | Should -Be '21'
    }

    It 'ExtractBills tells the bill that does not add up' {
        $bills = & "$examples/ExtractBills.ps1" -OutputPath items.csv 6>$null
        $bills | Should -HaveCount 3
        ($bills | Where-Object Reconciled -eq $false).Path | Should -BeLike '*wrong.pdf'
        ($bills | Where-Object Path -Like '*indian.pdf').PrintedTotal | Should -Be 147345.5
        (Import-Csv items.csv).Name | Should -Contain 'Toner black'
    }
}
