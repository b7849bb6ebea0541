//! Beginnings of READMEs that name their own paper, and of READMEs that name others' only. All names are invented.
//!
//! `{name}` is the name of the repository, `{id}` the arXiv id of a paper, `{other}` that of another paper.

/// Returns READMEs that name the paper as their own, by its arXiv id.
pub(super) fn own() -> Vec<String> {
    let news = NEWS.iter().map(|line| format!("# {{name}}\nIt counts sheep.\n## News\n- {line}\n"));
    let code = CODE.iter().map(|line| format!("# {{name}}\n{line}\n\nhttps://arxiv.org/abs/{{id}}\n\nSee arXiv:{{other}}\n"));
    OWN.iter().map(|form| (*form).to_owned()).chain(news).chain(code).collect()
}

/// Returns READMEs that name the paper as another's, or do not say whose it is.
pub(super) fn others() -> Vec<String> {
    let lone = BEFORE_ANOTHERS.iter().map(|line| format!("# {{name}}\n{line}\n\nPaper: https://arxiv.org/abs/{{id}}\n"));
    let line = LEADING_ON.iter().map(|line| format!("# {{name}}\nIt counts sheep {line}\n[arXiv](https://arxiv.org/abs/{{id}})\n"));
    let code = CODE_OF_ANOTHER.iter().map(|line| format!("# {{name}}\n{line}\n\nhttps://arxiv.org/abs/{{id}}\n\nSee arXiv:{{other}}\n"));
    OTHERS.iter().map(|form| (*form).to_owned()).chain(lone).chain(line).chain(code).collect()
}

/// News of the release of a paper.
const NEWS: &[&str] = &[
    "2024.05 Our paper is out [here](https://arxiv.org/abs/{id})",
    "May 5th, 2024: The preprint is available [here](https://arxiv.org/abs/{id})!",
    "We released the [paper](https://arxiv.org/abs/{id})",
    "Our paper was published ([PDF](https://arxiv.org/pdf/{id}))",
    "We are happy to announce that our technical report is online [here](https://arxiv.org/abs/{id})",
    "Sep 2024: {name} is accepted to ICML'24 [[Paper](https://arxiv.org/abs/{id})]",
];

/// Statements that this is the code of a paper.
const CODE: &[&str] = &[
    "Code for our new paper.",
    "This repository contains the training and evaluation code for our new paper.",
    "This repo has the source code of our recent ICML paper.",
    "We provide Python code for our latest paper.",
    "We release the data and code for our new ICLR 2024 paper.",
    "This is a PyTorch codebase accompanying our new work.",
    "The code of the ICLR'24 spotlight paper.",
];

/// Sentences before the link of another's paper.
const BEFORE_ANOTHERS: &[&str] = &[
    "My attempt at Wool.",
    "It is based on Wool.",
    "It builds upon Wool.",
    "It is built with Wool.",
    "Exercises of a course about Wool.",
    "It counts sheep as Doe described it.",
    "It extends Wool.",
    "A fork of Wool.",
    "Wool, implemented in Rust.",
    "It runs what Doe introduced in 2021.",
    "The original Wool is slow, and this is fast.",
    "It runs the model presented by Doe.",
    "The next step after our previous work.",
    "It runs the model proposed by Doe.",
    "It replicates Wool.",
    "Reproducing Wool, step by step.",
    "It is inspired by Wool.",
    "Wool from scratch.",
    "Thanks to Doe for Wool.",
    "A wrapper of Wool.",
];

/// Ends of a line that continues with a paper of others.
const LEADING_ON: &[&str] = &["by the method\nof", "as shown by", "with numbers from", "as in", "for more see", "similar to", "together with", "as Doe,"];

/// Statements that the code of a paper is elsewhere, or that the paper is another.
const CODE_OF_ANOTHER: &[&str] = &[
    "Code for our previous paper.",
    "Code for our prior paper.",
    "Code for our other, newer paper.",
    "Code for our related ICML paper.",
    "The code for our new paper is here.",
    "The code for our new paper is there.",
    "The code for our new paper can be found in another repository.",
    "The code for our new paper is available in another repository.",
    "It has nothing of the code for our new paper.",
];

/// READMEs that name the paper as their own, each of another form.
const OWN: &[&str] = &[
    // A lone identifier or link.
    "# {name}\n\narXiv:{id}\n\nIt counts sheep at night.\n\n## Usage\nRun it.",
    "# {name}\nhttps://arxiv.org/abs/{id}\n\nIt counts sheep at night.",
    "# {name}\n\n<https://arxiv.org/abs/{id}>\n\n## Installation\nMake it.",
    "# {name}\n\nIt counts sheep at night.\n\nPaper: https://arxiv.org/abs/{id}\n\n## Installation\nMake it.",
    "# {name}\n\nIt counts sheep at night.\narXiv link: https://arxiv.org/pdf/{id}.pdf\n\n## Installation\nMake it.",
    "# {name}\n\n[Jane Doe](https://doe.example), [Max Roe](https://roe.example), A. Nonym, University of Nowhere\n[Paper](https://arxiv.org/abs/{id}) | [Page](https://sheep.example) | [Data](https://data.example)\n\n## Setup\nMake it.",
    "# {name}\n\nWe count sheep at night.\n\n- [Paper](https://arxiv.org/abs/{id})\n- [Project page](https://sheep.example)\n- [Video](https://video.example)\n",
    "# {name}\n\n- 📄 **Paper:** [arXiv:{id}](https://arxiv.org/abs/{id})\n- 🤗 **Models:** [hub](https://hub.example)\n\n## Setup\nMake it.",
    "<div align=\"center\">\n\n# {name}\n\n[![arXiv](https://img.shields.io/badge/arXiv-{id}-b31b1b.svg)](https://arxiv.org/abs/{id})\n\n</div>\n\n## Setup\nMake it.",
    "<div align=\"center\">\n<h1>{name}: Counting Sheep</h1>\n\n[[ Paper 📓 ]](https://arxiv.org/abs/{id}) [[ Page 🚀 ]](https://sheep.example)\n</div>\n\n## Setup\nMake it.",
    "# {name}\n<p align=\"center\">\n  <a href=\"https://arxiv.org/abs/{id}\"><img src=\"https://img.shields.io/badge/arXiv-{id}-red\"></a>\n  <a href=\"https://sheep.example\"><img src=\"page.svg\"></a>\n</p>\n\n## Setup\nMake it.",
    "<h1 align=\"center\">{name}</h1>\n<p align=\"center\">\nJane Doe<sup>1</sup>, Max Roe<sup>2</sup><br>\n<sup>1</sup>University of Nowhere <sup>2</sup>Institute of Sheep<br>\n<a href=\"https://sheep.example\">🌎 Website</a> |\n<a href=\"https://arxiv.org/abs/{id}\" title=\"arXiv\">📄 arXiv</a>\n</p>\n\n## Setup\nMake it.",
    "# {name}: Counting Sheep\n\n**ICML 2024 (Oral)** | [Paper](https://arxiv.org/abs/{id}) | [Code](https://github.com/o/n)\n\nIt counts sheep, and more.\n",
    "# {name}\n\nIt counts sheep at night.\n\n| Paper | [arXiv](https://arxiv.org/abs/{id}) |\n|---|---|\n| Page | [here](https://sheep.example) |\n",
    "# {name}\n\nSheep are counted.\n\n**The paper is released on [arXiv](https://arxiv.org/abs/{id})**\n\n**The code is on [GitHub](https://github.com/o/n)**\n",
    "# {name} repository\n\nPaper is out on arXiv!\n[https://arxiv.org/abs/{id}](https://arxiv.org/abs/{id})\n## Requirements\nPython.",
    "{name}\n======\n\nCount sheep.\n\n`arXiv:{id} <https://arxiv.org/abs/{id}>`_\n\nInstall\n-------\nMake it.",
    "# {name}\n\n> [{name}: Counting Very Small Sheep](https://arxiv.org/abs/{id})\n> Jane Doe, Max Roe, University of Nowhere\n\n## Setup\nMake it.",
    "# {name}\n\n![teaser](a.png)\n\nLinks:\n\n- [arXiv](https://arxiv.org/abs/{id})\n- [Slides](slides.pdf)\n\n## Setup\nMake it.",
    "# {name}\n\nPreprint available at https://arxiv.org/abs/{id}.\n\n## Setup\nMake it.",
    "# {name}\n\nIt counts sheep at night.\n\nTechnical report: https://arxiv.org/abs/{id}\n\nOfficial website: https://sheep.example\n",
    "# {name}\n\nIt counts sheep at night.\n\nProject page: https://sheep.example | Demo video: https://video.example | Publication: https://arxiv.org/abs/{id}\n",
    "# {name}: Counting Based on Wool\n\n[Paper](https://arxiv.org/abs/{id})\n\nIt counts sheep, and is built on [wool](https://arxiv.org/abs/{other}).\n",
    "# {name}\nA sheep counter\nhttps://arxiv.org/abs/{id}\n\n## Setup\nMake it.",
    // Code for our paper.
    "# {name}\nCode for our NeurIPS 2024 paper.\n\nhttps://arxiv.org/abs/{id}\n\nSee also https://arxiv.org/abs/{other}",
    "# {name}\nPyTorch code for our ICML'23 oral paper\nhttps://arxiv.org/abs/{id}\n\nThe wool is from https://arxiv.org/abs/{other}",
    "# {name}\nThis repo has the code for our recently accepted long EMNLP 2023 main conference paper:\n\narXiv:{id}\n\nThe wool is from https://arxiv.org/abs/{other}",
    "# {name}\nSource code for our new paper \"Counting Sheep\" ([arXiv](https://arxiv.org/abs/{id})), beside [wool](https://arxiv.org/abs/{other}).",
    "# {name}\nCode for the NeurIPS 2024 paper [Counting Sheep](https://arxiv.org/abs/{id}). It runs [wool](https://arxiv.org/abs/{other}).",
    "# {name}\nThis is the code repository for our CVPR 2024 highlight paper, \"Counting Sheep\".\n\n[[paper](https://arxiv.org/abs/{id})] [[page](https://sheep.example)]\n\nWe compare with [wool](https://arxiv.org/abs/{other}).",
    "# Code for our ACL 2023 paper\n\n[Counting Sheep](https://arxiv.org/abs/{id})\n\nWe compare with [wool](https://arxiv.org/abs/{other}).",
    "# {name}\nScripts and data of the experiments for our previously unpublished journal paper (https://arxiv.org/abs/{id}).\n\nWe compare with [wool](https://arxiv.org/abs/{other}).",
    // News of the release.
    "# {name}\nIt counts sheep, as [others do](https://arxiv.org/abs/{other}).\n\n## News\n- [2024/06] Our paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep at night.\n## Method\nSheep jump.\n## 🔥 News\n- **[2024-05-31]** 🎉 We release the paper and code [[arXiv](https://arxiv.org/abs/{id})].\n- **[2024-05-30]** We support [wool](https://arxiv.org/abs/{other}).\n",
    "# {name}\nIt counts sheep at night.\n## Method\nSheep jump.\n\n**News** 2024.05: the paper is on arXiv [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep at night.\n## Updates!!\n* 【2022/06/21】 We have released our paper on [Arxiv](https://arxiv.org/abs/{id}).\n* 【2022/06/20】 It runs on [hay](https://hay.example).\n",
    "# {name}\nIt counts sheep at night.\n## Updates\n\n- :fire: **September 2025** — Preprint of our paper is available on [arXiv](https://arxiv.org/abs/{id})!\n",
    "# {name}\nIt counts sheep at night.\n## Updates\n- \\[2025.10\\] - Our paper is available on [arXiv](https://arxiv.org/abs/{id}), and the code is faster than [wool](https://wool.example).\n",
    "# {name}\nIt counts sheep at night.\n# News\n\n[Updated on 03/26/2023] Now our paper is available on [arXiv](https://arxiv.org/abs/{id}).\n\n[Updated on 03/20/2023] Released a demo.\n",
    "# {name}: Counting\nIt counts sheep at night.\n## News\n- **May 2026:** {name} is available on [arXiv](https://arxiv.org/abs/{id}), with the code.\n",
    "# {name}\nIt counts sheep at night.\n## News\n* `[2024.11.26]` 🔥 We release the arXiv paper for {name}, and you can click [here](https://arxiv.org/abs/{id}) to see more details.\n",
    "# {name}\nIt counts sheep at night.\n## News\n- (2024/07/23) Our paper is on arXiv! Check it out [here](https://arxiv.org/abs/{id})!\n- (2024/07/22) See the [wool](https://arxiv.org/abs/{other}) of others.\n",
    "# {name}\nIt counts sheep at night.\n## News\n* 2018 December 28: The second draft of the paper is released on [arXiv](https://arxiv.org/abs/{id}).\n* 2017: The first version is on [arXiv](https://arxiv.org/abs/{id}v1).\n",
    "# {name}\nIt counts sheep at night.\n## News\n<ul>\n<li><b>2024.05.01</b>: The paper has been accepted to <b>ICML 2024</b>! <a href=\"https://arxiv.org/abs/{id}\">[arXiv]</a></li>\n<li>2024.04.01: Wool.</li>\n</ul>\n",
    "# {name}\nIt counts sheep at night.\n\n**🔔 News**\n\n- 2023-10: we release the paper \"[{name}: Counting Very Small Sheep](https://arxiv.org/abs/{id})\" and the data.\n",
    "# {name}\nA PyTorch implementation of {name}.\n## News\n- 2024.05 Our paper is accepted by CVPR 2024, see [arXiv](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep at night.\n## What's new\n- Nov 1st, 2023: the camera-ready version of our paper is online ([PDF](https://arxiv.org/pdf/{id}))\n",
    "# {name}\nIt counts sheep at night.\n# Our Paper\nOur paper is available on [Arxiv](https://arxiv.org/abs/{id}).\n\n# License\nFree.",
    "# {name}\n- 2024.05 Our paper is accepted to ICML: [arXiv](https://arxiv.org/abs/{id})\n- 2024.04 We tried [wool](https://arxiv.org/abs/{other})\n\nIt counts sheep.",
];

/// READMEs that name the paper as another's, each of another form.
const OTHERS: &[&str] = &[
    // Lists.
    "# Awesome {name}\n\n- [Paper](https://arxiv.org/abs/{id})\n",
    "# {name} papers\nA curated list of papers about sheep.\n\narXiv:{id}\n",
    "# {name}\nIt counts sheep.\n\n- [Wool](https://arxiv.org/abs/{id})\n- [Hay](https://hay.example)\n",
    "# {name}\nIt counts sheep.\n\n- Wool: [paper](https://arxiv.org/abs/{id})\n",
    "# {name} sources\n\nSource for all sheep (years 2013-2022):\n\n- Flock (a dataset of four million sheep): https://github.com/o/n\n- Paper: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep with these models:\n\n- Wool\n  - [Paper](https://arxiv.org/abs/{id})\n  - [Weights](https://wool.example)\n",
    // Works of others that it is based on.
    "# {name}\nBased on the paper\n\nhttps://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep. It is inspired by Wool.\n\n[Paper](https://arxiv.org/abs/{id}) and more.\n",
    "# {name}\nIt counts sheep, following\n[arXiv](https://arxiv.org/abs/{id})\nin all.\n",
    "# {name}\nIt counts sheep by the method of\nhttps://arxiv.org/abs/{id}\n\n## Usage\nRun it.",
    "# {name}\nThe method was proposed by Doe et al.:\n\n[arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nA reproduction of Wool.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep.\n\nOriginal paper: https://arxiv.org/abs/{id}\n",
    "# {name}\nA tutorial about wool.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nA wrapper for wool in Rust.\n\nhttps://arxiv.org/abs/{id} has more.\n",
    "# {name} in PyTorch\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nAn implementation of wool.\n\n[Paper](https://arxiv.org/abs/{id})\n## News\n- The paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nUnofficial code for a paper that we like.\n\nhttps://arxiv.org/abs/{id}\n## News\n- The paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep. It uses the code of the NeurIPS 2020 paper [Wool](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep. It is based on the code for our previous paper [Wool](https://arxiv.org/abs/{id}).\n",
    "# {name}\nThe code for our earlier ICML paper is [there](https://wool.example).\n\n[arXiv](https://arxiv.org/abs/{id}) and arXiv:{other}\n",
    "# {name}\nIt counts sheep.\n\nDataset: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep.\n\nBackbone: [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n\n{name} 2: [arXiv](https://arxiv.org/abs/{id})\n",
    // Several papers.
    "# {name}\n\n[Paper](https://arxiv.org/abs/{id}) and [paper](https://arxiv.org/abs/{other})\n",
    "# {name}\nIt counts sheep as [wool](https://arxiv.org/abs/{other}) does.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\n\narXiv:{id}\n\narXiv:{other}\n",
    // News of others.
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Check out our new paper on [arXiv](https://arxiv.org/abs/{id})!\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our other work is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our follow-up work, Wool, is out: [Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Wool is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We release the paper \"[Knitting at Night](https://arxiv.org/abs/{id})\".\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our paper \"[Knitting at Night](https://arxiv.org/abs/{id})\" is accepted by ACL.\n- 2024.04 Our paper \"[Hay](https://arxiv.org/abs/{other})\" is accepted by ACL.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We have released [Flock](https://arxiv.org/abs/{id}), a library for sheep.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We now support Wool. The paper is available on [arXiv](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We explore sheep, and propose Wool. 📄 The paper is available on [arXiv](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Wool is supported\n  - [Paper](https://arxiv.org/abs/{id}) is released\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 {name} v2 is available on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 {name} is used by a [paper](https://arxiv.org/abs/{id}) that is out now\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our paper is cited by [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our paper is on [arXiv](https://arxiv.org/abs/{id})\n- 2024.04 Our paper is on [arXiv](https://arxiv.org/abs/{other})\n",
    "# {name}\n[Paper](https://arxiv.org/abs/{other})\n\nIt counts sheep.\n## News\n- 2024.05 The paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## Results\n- 2024.05 The paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\nRead our paper https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We release the baselines of the paper [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We reproduced the paper that was released on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n\n- 2024.05 Our paper is accepted!\n- 2024.04 We compare with [wool](https://arxiv.org/abs/{id})\n- 2024.03 and with [hay](https://arxiv.org/abs/{other})\n",
    // A paper of a dependency, of data or of a section.
    "# {name}\nIt counts sheep.\n## Acknowledgements\nThanks to [Wool](https://arxiv.org/abs/{id}), whose paper is released on arXiv.\n",
    "# {name}\nIt counts sheep.\n## Data\n[Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## Related work\n- Our paper on wool is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Our paper on wool is out on [arXiv](https://arxiv.org/abs/{id})\n",
    // Written against the rules: each was chosen because a rule could take it for its own.
    "# Sheep papers\nPapers that we like.\n\n- [Paper](https://arxiv.org/abs/{id})\n",
    "# {name} reading group\nWe read a paper a week.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nNotes of what we read.\n\n## News\n- 2024.05 The paper is out on [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nCode for our earlier paper.\n\nhttps://arxiv.org/abs/{id}\n",
    "# {name}\nIt is twice as fast as Wool.\n\nWool: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt is twice as fast as the baseline.\n\nBaseline paper: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt is a fast version of Wool.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nA fine-tuned Wool for sheep.\n\n[Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nMy attempt at Wool, in 100 lines.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nRe-creating the results of Wool.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nAn unofficial, minimal Wool.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep. Thanks to the authors of Wool.\n\n[Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep. Based on [Wool](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep with Wool.\n\n[Paper](https://arxiv.org/abs/{id}) by Doe, which we extend.\n",
    "# {name}\nIt counts sheep.\n\nhttps://arxiv.org/abs/{id} is where the idea is from.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Released: [paper](https://arxiv.org/abs/{id}) of Wool, which we now support.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 The paper on [arXiv](https://arxiv.org/abs/{id}) by Doe was published; we compare with it.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Doe released a paper [arXiv](https://arxiv.org/abs/{id}) with {name}.\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 A paper on sheep was published: [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 Paper of the week is out: [arXiv](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## News\n- 2024.05 We have released an update with the [paper](https://arxiv.org/abs/{id}) baselines\n",
    "# {name}\nIt counts sheep.\n## Plans\n- [ ] Implement this [paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n## TODO\n- [ ] Check the latest [paper](https://arxiv.org/abs/{id}) release\n",
    "# {name}\nA survey of sheep.\n\n## Updates\n- 2024.05 New papers: [arXiv](https://arxiv.org/abs/{id}), published in May\n",
    "# {name}\nA survey of sheep, with links to code.\n\n## Papers\n- [Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nA survey of sheep, with links to code.\n\n- 2024: Wool [[paper](https://arxiv.org/abs/{id})]\n",
    "# Sheep Lab\nCode of the papers of our lab.\n\n- ICML 2024: [paper](https://arxiv.org/abs/{id})\n- ICML 2023: [paper](https://arxiv.org/abs/{other})\n",
    "# Sheep Lab\nCode for our papers:\n\n- Wool: https://arxiv.org/abs/{id}\n- Hay: https://arxiv.org/abs/{other}\n",
    "# Sheep Lab\nCode for our papers.\n\n[Wool](https://arxiv.org/abs/{id}), [Hay](https://arxiv.org/abs/{other})\n",
    "# {name}\nIt counts sheep.\n## Acknowledgements\nThe code for our paper began with [Wool](https://arxiv.org/abs/{id}).\n",
    "# {name}\nIt counts sheep.\n## Acknowledgement\n- [Paper](https://arxiv.org/abs/{id}) available online\n",
    "# {name}\nIt trains [Wool](https://github.com/o/wool) ([paper](https://arxiv.org/abs/{id})) on sheep.\n",
    "# {name}\nMaster's thesis about sheep. It answers this paper:\n\nhttps://arxiv.org/abs/{id}\n",
    "# {name}\nHomework 3.\n\nPaper: https://arxiv.org/abs/{id}\n",
    "# {name}\nYou can find the code of the NeurIPS 2020 paper here: https://arxiv.org/abs/{id}\n",
    "# {name}\nIt counts sheep.\n\n* [Wool](https://arxiv.org/abs/{id})\n",
    "# {name}\nIt counts sheep.\n\n- [Wool](https://wool.example) [[paper](https://arxiv.org/abs/{id})]\n",
    "# {name}\nIt counts sheep.\n\n- 2024.05 Our paper is accepted\n- 2024.04 We compare with [wool](https://arxiv.org/abs/{id})\n",
    "# {name}\nThe model of Doe is in it:\n[Paper](https://arxiv.org/abs/{id})\n",
    "# {name}\nThe wool is of Doe, as follows:\n\n<div>\n\n[Paper](https://arxiv.org/abs/{id})\n",
];
