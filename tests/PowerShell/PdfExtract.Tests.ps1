BeforeDiscovery {
    $missing = foreach ($tool in 'pdftotext', 'qpdf', 'tesseract') { if (-not (Get-Command $tool -CommandType Application -ErrorAction Ignore)) { $tool } }
    if ($missing) { Write-Host "PDF pages are not tested: $($missing -join ', ') missing." }
}

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'

    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples/SmallPdf.psm1"))
    Export-SmallPdf "$TestDrive/three.pdf" 'Page one', 'Page two', 'Page three'
    Export-SmallPdf "$TestDrive/long.pdf" (1..60 | ForEach-Object { "This is page $_" })
    $table = foreach ($row in 0..6) {
        $cells = if ($row) { "Row$row", (10 * $row), "$row.50" } else { 'Name', 'Count', 'Price' }
        foreach ($column in 0..2) { "$(60 + 160 * $column) $(700 - 22 * $row) $($cells[$column])" }
    }
    Export-SmallPdf "$TestDrive/table.pdf" @(, $table)
}

Describe 'Invoke-PdfExtract' -Skip:([bool] $missing) {
    BeforeAll { Push-Location $TestDrive }
    AfterAll { Pop-Location }

    It 'gives an object per page' {
        $pages = @(Invoke-PdfExtract three.pdf -Ordered)
        $pages.PageNumber | Should -Be 1, 2, 3
        $pages[1].Text.Trim() | Should -Be 'Page two'
        $pages[1].PageCount | Should -Be 3
        $pages[1].Width | Should -Be 595
        "$($pages[1].Source) $($pages[1].Status)" | Should -Be 'TextLayer Ok'
        $pages[0].pstypenames[0] | Should -Be 'BatchOps.PdfPage'
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'files'; Block = { Get-Item three.pdf | Invoke-PdfExtract } }
        @{ What = 'paths'; Block = { 'three.pdf' | Invoke-PdfExtract } }
        @{ What = 'wildcards'; Block = { Invoke-PdfExtract thr*.pdf } }
        @{ What = 'a literal path'; Block = { Invoke-PdfExtract -LiteralPath three.pdf } }
        @{ What = 'objects with a path'; Block = { [pscustomobject] @{ Path = 'three.pdf' } | Invoke-PdfExtract } }
        @{ What = 'bytes'; Block = { , [System.IO.File]::ReadAllBytes("$TestDrive/three.pdf") | Invoke-PdfExtract } }
        @{ What = 'a stream'; Block = { $stream = [System.IO.File]::OpenRead("$TestDrive/three.pdf"); try { Invoke-PdfExtract -InputObject $stream } finally { $stream.Dispose() } } }
    ) {
        (& $Block).Text.Trim() | Sort-Object | Should -Be 'Page one', 'Page three', 'Page two'
    }

    It 'takes only the pages that are asked for' {
        (Invoke-PdfExtract long.pdf -Page '1-3,7,-1' -Ordered).PageNumber | Should -Be 1, 2, 3, 7, 60
    }

    It 'keeps order over many files and pages' {
        $pages = @(Get-Item three.pdf, long.pdf, three.pdf | Invoke-PdfExtract -Ordered -ThrottleLimit 3)
        $pages.PageNumber | Should -Be ((1..3) + (1..60) + (1..3))
        $pages[40].Text.Trim() | Should -Be 'This is page 38'
    }

    It 'does the same one at a time' {
        (Invoke-PdfExtract long.pdf -Sequential).PageNumber | Should -Be (1..60)
    }

    It 'gives words with their places' {
        $page = Invoke-PdfExtract three.pdf -As Words -Page 2
        $page.Words.Text | Should -Be 'Page', 'two'
        [int] $page.Words[0].Left | Should -Be 40
    }

    It 'gives tables whose rows go into a CSV file' {
        $page = Invoke-PdfExtract table.pdf -As Text, Tables
        $page.Text | Should -Match 'Row3'
        $page.Tables[0].Columns | Should -Be 'Name', 'Count', 'Price'
        $page.Tables[0].Rows | Export-Csv out.csv
        (Import-Csv out.csv)[2].Price | Should -Be '3.50'
    }

    It 'gives images, as bytes or into a folder' {
        $page = Invoke-PdfExtract three.pdf -As Image -Page 1 -ImageDpi 50
        $page.Image.Bytes[0..1] | Should -Be 0xFF, 0xD8
        $page.Image.Width | Should -BeGreaterThan 400
        (Invoke-PdfExtract three.pdf -As Image -ImageFormat Png -ImageDpi 50 -ImageFolder pictures -Ordered).Image.Path | Should -Exist
        Get-ChildItem pictures | Should -HaveCount 3
    }

    It 'keeps the images of files of one name apart' {
        $null = New-Item -ItemType Directory a, b
        Copy-Item three.pdf a/same.pdf
        Copy-Item table.pdf b/same.pdf
        $paths = (Get-Item a/same.pdf, b/same.pdf | Invoke-PdfExtract -As Image -ImageDpi 30 -ImageFolder apart).Image.Path
        $paths | Sort-Object -Unique | Should -HaveCount 4
        $paths | Should -Exist
    }

    It 'reads what is only a picture, and says so' {
        $page = Invoke-PdfExtract three.pdf -Page 1 -Ocr Always
        $page.Text.Trim() | Should -Be 'Page one'
        "$($page.Source)" | Should -Be 'Ocr'
    }

    It 'adds an object per file' {
        $all = @(Invoke-PdfExtract three.pdf, table.pdf -As Text, Tables -Aggregate)
        $documents = @($all | Where-Object { $_.pstypenames -contains 'BatchOps.PdfDocument' })
        $documents | Should -HaveCount 2
        $all | Should -HaveCount 6
        $three = $documents | Where-Object Path -Like '*three.pdf'
        $three.Text -split "`f" | ForEach-Object Trim | Where-Object Length | Should -Be 'Page one', 'Page two', 'Page three'
        "$($three.Status)" | Should -Be 'Ok'
    }

    It 'opens a protected file with its password, which stands nowhere' {
        & qpdf --encrypt canary-secret canary-secret 256 -- three.pdf locked.pdf
        $password = ConvertTo-SecureString canary-secret -AsPlainText -Force
        @(Invoke-PdfExtract locked.pdf -Password $password -Journal secret.db -Name secret).Count | Should -Be 3
        [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$TestDrive/secret.db")) | Should -Not -Match 'canary-secret'
        Invoke-PdfExtract locked.pdf -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -Match 'password'
        Invoke-PdfExtract locked.pdf -Password (ConvertTo-SecureString wrong -AsPlainText -Force) -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -Match 'password'
    }

    It 'fails <What> with the remedy, and goes on' -ForEach @(
        @{ What = 'a file that is not there'; Make = { 'nowhere.pdf' }; Message = 'nowhere\.pdf' }
        @{ What = 'what is no PDF'; Make = { Set-Content text.pdf 'hello'; 'text.pdf' }; Message = 'PDF' }
        @{ What = 'an empty file'; Make = { $null = New-Item -Force empty.pdf; 'empty.pdf' }; Message = 'empty|no content' }
        @{ What = 'a page beyond the end'; Make = { 'table.pdf' }; Page = '3'; Message = 'Page 3 does not exist' }
        @{ What = 'an object that is no file'; Make = { 7 }; Message = 'is no PDF' }
    ) {
        $with = @{}
        if ($Page) { $with.Page = $Page }
        $pages = @((& $Make), 'three.pdf' | Invoke-PdfExtract @with -ErrorVariable failed -ErrorAction SilentlyContinue)
        $pages | Should -Not -BeNullOrEmpty
        $failed | Should -HaveCount 1
        "$failed" | Should -Match $Message
    }

    It 'refuses <What> before anything starts' -ForEach @(
        @{ What = 'a language that Tesseract lacks'; With = @{ OcrLanguage = 'xxx'; Ocr = 'Always' }; Message = 'xxx' }
        @{ What = 'joined tables without a file object'; With = @{ JoinTables = $true }; Message = 'Aggregate' }
        @{ What = 'a resolution of 5'; With = @{ ImageDpi = 5 }; Message = '10' }
    ) {
        $failed = $null
        try { $pages = Invoke-PdfExtract three.pdf @With -ErrorVariable failed -ErrorAction SilentlyContinue } catch { $failed = $_ }
        "$failed" | Should -Match $Message
    }

    It 'goes on where a run ended: pages are known by content, whatever the file is called' {
        $first = @(Invoke-PdfExtract long.pdf -Page 1-20 -Journal pages.db -Name pages -OperationVersion 1)
        Copy-Item long.pdf renamed.pdf
        $again = @(Invoke-PdfExtract renamed.pdf -Journal pages.db -Name pages -OperationVersion 1 -Resume -Ordered -SummaryVariable run)
        $run.Resumed | Should -Be 20
        $again | Should -HaveCount 60
        $again[5].Text | Should -Be ($first | Where-Object PageNumber -eq 6).Text
        $again[5].Duration | Should -BeOfType [timespan]
    }

    It 'puts files together with the pages that -SkipCompleted leaves out' {
        $care = @{ Journal = 'skip.db'; Name = 'skip'; OperationVersion = '1'; Aggregate = $true }
        $null = Invoke-PdfExtract long.pdf -Page 1-20 @care
        $all = @(Invoke-PdfExtract long.pdf @care -Resume -SkipCompleted)
        $all | Should -HaveCount 41
        $file = $all | Where-Object { $_.pstypenames -contains 'BatchOps.PdfDocument' }
        $file.Pages.PageNumber | Should -Be (1..60)
        ($file.Text -split "`f")[4].Trim() | Should -Be 'This is page 5'
        "$($file.Status) $($file.PagesFailed) $($file.Messages)".Trim() | Should -Be 'Ok'
        @(Invoke-PdfExtract long.pdf @care -Resume -SkipCompleted) | Should -HaveCount 0 -Because 'of a file that is done nothing is new'
    }

    It 'says what is missing in a file when a journal kept no results' {
        $care = @{ Journal = 'keys.db'; Name = 'keys'; OperationVersion = '1'; Aggregate = $true; JournalContent = 'Keys' }
        $null = Invoke-PdfExtract three.pdf -Page 2 @care
        $result = @(Invoke-PdfExtract three.pdf @care -Resume -SkipCompleted -AsResult)
        $result | Should -HaveCount 2
        $file = $result.Output | Where-Object { $_.pstypenames -contains 'BatchOps.PdfDocument' }
        $file.Pages.PageNumber | Should -Be 1, 3
        "$($file.Status)" | Should -Be 'Degraded'
        $file.PagesFailed | Should -BeNullOrEmpty
        $file.Messages | Should -Match 'page 2, .* -JournalContent Results'
    }

    It 'hands out what is done when a file takes too long, and ends' {
        $all = @(Invoke-PdfExtract long.pdf -Ocr Always -DocumentTimeoutSeconds 3 -AsResult)
        $all | Should -HaveCount 60
        $late = @($all | Where-Object Status -eq 'Failed')
        $late.Count | Should -BeGreaterThan 0
        "$($late[-1].Error)" | Should -Match 'DocumentTimeoutSeconds 3'
    }

    It 'shows pages, files and tables in 80 columns' {
        $all = Invoke-PdfExtract table.pdf -As Text, Tables -Aggregate
        foreach ($shown in $all[0], $all[1], $all[0].Tables[0]) {
            $lines = ($shown | Out-String -Width 80) -replace '\e\[[0-9;]*m' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object Length
            $lines | Where-Object Length -gt 80 | Should -BeNullOrEmpty
            $lines | Should -HaveCount 3
        }
    }

    It 'leaves no process and no private file when it is stopped' {
        $caller = Start-Caller { param($path) 1..50 | ForEach-Object { $path } | Invoke-PdfExtract -Ocr Always } -ArgumentList "$TestDrive/long.pdf"
        # Of this process: another suite may be at work beside it.
        function Get-Tool { Get-Process tesseract, pdftoppm, prlimit -ErrorAction Ignore | Where-Object { $_.Parent.Id -eq $PID } }
        Wait-Condition { Get-Tool } -What 'a tool'
        $null = Stop-Caller $caller
        Remove-Caller $caller
        Wait-Condition { -not (Get-Tool) } -What 'tools that were left behind'
    }
}
